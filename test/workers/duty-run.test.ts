/** A hung disk ends no duty silently: each wait has a limit, and the next run says what hangs. */
import { expect, it } from 'vitest';
import type { DutyLook } from '../../src/domain/cluster/duty.ts';
import { DutyRun } from '../../workers/ledger/duty-run.ts';

it('a run that does not end is reported after its limit, and no second run begins beside it', async () => {
  const looks: DutyLook[] = [];
  let end: (value: string) => void = () => undefined;
  let begun = 0;
  const work = (): Promise<string> => {
    begun += 1;
    return new Promise((resolve) => (end = resolve));
  };
  const duty = new DutyRun('backup', work, (look) => looks.push(look), 20);
  await expect(duty.run({})).rejects.toThrow('the backup of the ledgers took longer than');
  expect(looks.at(-1)?.runningSinceMs).toBeGreaterThan(0);
  await expect(duty.run({})).rejects.toThrow('the run before this one has not ended');
  expect(begun).toBe(1);
  end('done');
  await expect.poll(() => looks.at(-1)).toEqual({ name: 'backup' });
  const again = duty.run({});
  end('done again');
  expect(await again).toBe('done again');
  expect(begun).toBe(2);
});
