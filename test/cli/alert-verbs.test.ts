/** Tests the verbs of alerts, on the real program and the real server. */
import { describe, expect, test } from 'vitest';
import { withFixture } from './with-fixture.ts';

const { run } = withFixture();

describe('alert', () => {
  test('list has the firing alerts first, then the pending ones, the time of the evaluation, and the silences', async () => {
    const { code, stdout, stderr } = await run('alert', 'list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Next: ringmaster alert show NodeLost/c\n' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ['ALERT', 'STATE'],
      ['NodeLost/c', 'firing'],
      ['DeadLetters/dispatcher', 'firing, silenced'],
      ['QueueEmpty', 'pending'],
      ['DiskLow/b', 'resolved'],
      [''],
      [expect.stringMatching(/^The rules were evaluated [\d.]+s ago\.$/)],
      ['kim@desk silenced DeadLetters for 1h00m more (known)'],
      ['channel log (log): nothing was sent yet'],
      [expect.stringMatching(/^channel ops \(webhook\): sent \d\ds ago$/)],
      [expect.stringMatching(/^channel pager \(webhook\): failed \d\ds ago: the receiver answered with the status 404, 2 messages wait for \d\ds$/)],
    ]);
    expect(lines[4]).toMatch(/ was: less than 1 GiB is free on the disk of node b$/);
    const pending = await run('alert', 'list', '--only', 'pending', '-o', 'json');
    expect(pending.stderr).toBe('');
    expect((JSON.parse(pending.stdout) as { alerts: { id: string }[] }).alerts.map(({ id }) => id)).toEqual(['QueueEmpty']);
  });

  test('show has the sentence, the time, the page and what shows more; an unknown alert gets a hint', async () => {
    const { stdout } = await run('alert', 'show', 'NodeLost/c');
    expect(stdout).toMatch(/^NodeLost\/c \(critical\)\n {2}firing: node c is lost, and its jobs go to other nodes\n/);
    expect(stdout).toMatch(
      /\n {2}fired 5\ds ago\n {2}on ops: sent \d\ds ago\n {2}on pager: failed \d\ds ago: the receiver answered with the status 404\n {2}what to do: docs\/alerts\.md#nodelost\n\nmore: ringmaster node show c · ringmaster event list --about alert:NodeLost\/c\n$/,
    );
    expect((await run('alert', 'show', 'QueueEmpty')).stdout).toContain('  fires when it has held for 10m00s\n');
    expect(await run('alert', 'show', 'NodeLost/d')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(the nearest is NodeLost/c)') as string,
    });
    expect(await run('alert', 'show', 'Nothing')).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no such rule') as string });
  });

  test('status names in one line what fires, and counts what is silenced', async () => {
    const { stdout } = await run('status');
    expect(stdout.split('\n')).toContain('Alerts that fire: NodeLost/c (critical), 1 silenced. See: ringmaster alert list');
  });

  test('a silence needs a time', async () => {
    expect(await run('alert', 'silence', 'NodeLost')).toMatchObject({ code: 2, stderr: expect.stringContaining('--for <duration>') as string });
  });
});
