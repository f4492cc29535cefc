/** Tests the verbs of daemons, on the real program, a real HTTP server and a real Temporal server. */
import { expect, test } from 'vitest';
import { explainId } from '../../src/service/explain/explain.ts';
import { fixtureReads } from './cli-run.ts';
import { answerOnce } from './temporal-here.ts';
import { withFixtureAndTemporal } from './with-fixture.ts';

const { harness, temporal } = withFixtureAndTemporal();

test('list shows what runs, why not, and what happens next', async () => {
  const { code, stdout } = await harness.run('daemon', 'list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^CLUSTER_MONITOR +running .* 2(\.\d)?s +0 /m);
  expect(stdout).toMatch(/^EVENT_ROUTER +failed .* 5 .*the disk does not answer.*/m);
  expect(stdout).toMatch(/^AUTO_SYNC +waiting .*it needs EVENT_ROUTER +starts when EVENT_ROUTER runs$/m);
  expect(JSON.parse((await harness.run('daemon', 'list', '-o', 'json')).stdout)).toHaveLength(3);
});

test('watch shows the list again and again: one line of JSON for each look', async () => {
  const { code, stdout } = await harness.run('daemon', 'watch', '-o', 'json', '--interval', '0.1', '--times', '3');
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as unknown[]).length),
  ).toEqual([3, 3, 3]);
});

test('show says what the duty reported, and what a failure of this kind means; a wrong name gets the nearest', async () => {
  const { stdout } = await harness.run('daemon', 'show', 'EVENT_ROUTER');
  expect(stdout).toContain('Its process lives, but a round of its work did not end in time.');
  expect(stdout).toContain('failures in a row: 5; failed work lately: 75 %');
  expect((await harness.run('daemon', 'show', 'CLUSTER_MONITOR')).stdout).toContain('    b: suspect: no answer');
  expect(await harness.run('daemon', 'show', 'EVENT_ROUTR')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('the nearest is EVENT_ROUTER') as string,
  });
});

test('the status names the daemons that do not run; explain names the daemon that another waits for', async () => {
  const { stdout } = await harness.run('status');
  expect(stdout).toContain('Daemons (1 of 3 run)');
  expect(stdout).not.toMatch(/^CLUSTER_MONITOR/m);
  const explanation = await explainId('AUTO_SYNC', fixtureReads(), Date.now());
  expect(explanation?.why).toContain(
    'It needs EVENT_ROUTER, which is failed because its work made no progress: Cannot work because the disk does not answer.',
  );
});

test('stop sends the request with who and why, and shows what waits meanwhile', async () => {
  const wish = { wish: 'stopped', by: 'ada@home', reason: 'quiet', sinceMs: 1 };
  const reply = { verb: 'stop', daemons: [{ id: 'EVENT_ROUTER', state: 'running' }], wish, needed: [], waiting: ['AUTO_SYNC'], received: true };
  const answered = answerOnce(temporal().client, { result: reply });
  const { code, stdout } = await harness.run('daemon', 'stop', 'EVENT_ROUTER', '--reason', 'quiet');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'EVENT_ROUTER stops (it is running)\nthese wait meanwhile, because they need it: AUTO_SYNC\n',
  });
  expect(await answered).toMatchObject({ type: 'wishDaemons', input: { daemons: ['EVENT_ROUTER'], verb: 'stop', reason: 'quiet' } });
}, 30_000);

test('start --all is about every daemon, and says when the manager does not run', async () => {
  const reply = { verb: 'start', daemons: [], needed: [], waiting: [], received: false };
  const answered = answerOnce(temporal().client, { result: reply });
  const { stdout } = await harness.run('daemon', 'start', '--all');
  expect(stdout).toBe('nothing changes\nThe manager of the daemons does not run now. The request holds when control has started it again.\n');
  expect(await answered).not.toHaveProperty('input.daemons');
}, 30_000);

test('no name without --all, and no name beside it', async () => {
  expect(await harness.run('daemon', 'stop')).toMatchObject({ code: 2, stderr: expect.stringContaining('ringmaster daemon stop --all') as string });
  expect(await harness.run('daemon', 'stop', 'A', '--all')).toMatchObject({ code: 2 });
});

test('order and validate read the catalogue of this release, also while no cluster runs', async () => {
  expect((await harness.run('daemon', 'order')).stdout).toMatch(/^1\. /);
  expect((await harness.run('daemon', 'validate')).stdout).toMatch(/^\d+ built-in daemons; each has a duty/);
});
