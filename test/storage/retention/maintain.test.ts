/** MAINTENANCE removes part after part. A part that fails keeps no other part from its work, and a stop ends the run. */
import { expect, it } from 'vitest';
import { maintain } from '../../../activities/ledger/daemon/maintain.ts';
import { maintenanceHealth, tidyRestMs } from '../../../src/domain/cluster/maintenance.ts';
import type { Tidied, TidyPart } from '../../../src/domain/cluster/retention.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { ledgerHarness } from '../state-folder.ts';

const nothing: Tidied = { removed: 0, bytes: 0 };
const broken = new RingmasterError('ledger.corrupt', { cannot: 'read items', because: 'the disk is broken', hint: { say: 'another disk' } });

function maintained(tidy: (part: TidyPart) => Promise<Tidied>) {
  const { dependencies, ledgers } = ledgerHarness();
  const events = () =>
    ledgers.resources.ledger
      .statement<{ event: string }>('SELECT event FROM outbox')
      .all()
      .map(({ event }) => JSON.parse(event) as { readonly type: string; readonly actor: string; readonly payload: unknown });
  return { run: maintain({ ...dependencies, tidy }), events };
}

it('each part that removed something is an event, and a part that fails is named while the others do their work', async () => {
  const { run, events } = maintained(async (part) => {
    if (part === 'items') throw broken;
    return part === 'games' ? { ...nothing, games: 7 } : part === 'files' ? { removed: 2, bytes: 30 } : nothing;
  });
  const { ends } = await run();
  expect(ends.map(({ part, type }) => `${part} ${type}`)).toEqual(['files done', 'items failed', 'games done', 'replicas done']);
  expect(events()).toMatchObject([
    { type: 'RETENTION_COMPLETED', actor: 'MAINTENANCE', payload: { removed: 2, bytes: 30 } },
    { type: 'RETENTION_COMPLETED', actor: 'MAINTENANCE', payload: { games: 7 } },
  ]);
  expect(maintenanceHealth(ends)).toMatchObject({ healthy: false, details: { files: 2, bytes: 30, items: 0, games: 7 } });
  expect(maintenanceHealth(ends).message).toMatch(
    /^items that nothing needs stay because of this failure: Cannot read items because the disk is broken/,
  );
  // The next run after a failure comes sooner than one after a success.
  expect(tidyRestMs(ends)).toBeLessThan(tidyRestMs(ends.filter(({ type }) => type === 'done')));
});

it('a stop of the daemon ends the run between two parts, and no failure is recorded for it', async () => {
  const stop = new AbortController();
  const parts: string[] = [];
  const { run } = maintained(async (part) => {
    parts.push(part);
    stop.abort(new Error('stopped'));
    throw broken;
  });
  await expect(run(undefined, stop.signal)).rejects.toThrow('stopped');
  expect(parts).toEqual(['files']);
});

it('a daemon that has just started says when its first run follows, and is well', () => {
  expect(maintenanceHealth([])).toMatchObject({ healthy: true, message: 'the first run follows in 60 s' });
});
