import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { CliHarness } from './cli-run.ts';
import { answerOnce } from './temporal-here.ts';
import { withFixtureAndTemporal } from './with-fixture.ts';

const { harness, temporal } = withFixtureAndTemporal();

const historyTypes = async (id: string): Promise<readonly (number | null | undefined)[]> =>
  ((await temporal().client.workflow.getHandle(id).fetchHistory()).events ?? []).map((event) => event.eventType as number);
const signalled = 26;

test('pipeline run: starts the entity with its input and the signal; a second run sends only the signal', async () => {
  const first = await harness.run('pipeline', 'run', 'connect-four', '--turns', '3');
  expect({ code: first.code, stdout: first.stdout }).toEqual({ code: 0, stdout: 'pipeline/connect-four: 3 more turns\n' });
  expect((await harness.run('pipeline', 'run', 'connect-four')).stdout).toBe('pipeline/connect-four: 1 more turn\n');
  expect((await historyTypes('pipeline/connect-four')).filter((type) => type === signalled)).toHaveLength(2);
  const { type, input } = await answerOnce(temporal().client, { result: null });
  expect(type).toBe('pipeline');
  // A new entity continues turn 2, which is under way in the fixture.
  expect(input).toMatchObject({ v: 1, turn: 2, turnsLeft: 0, paused: false, failures: 0, nodes: ['a', 'b', 'c'], config: { name: 'connect-four' } });
}, 30_000);

test('sync run: starts the sync; a second run makes it run once more', async () => {
  const first = await harness.run('sync', 'run', 'games-cf', 'home', '--from', 'b');
  expect(first.stdout).toBe('sync/games-cf@b/home started\n');
  expect((await harness.run('sync', 'run', 'games-cf@b', 'home')).stdout).toBe('sync/games-cf@b/home is under way and will run once more\n');
  expect(await historyTypes('sync/games-cf@b/home')).toContain(signalled);
  expect(await answerOnce(temporal().client, { result: null })).toEqual({
    type: 'sync',
    input: { dataset: 'games-cf', source: 'b', target: 'home' },
  });
}, 30_000);

test('queue add without a command: the command of the fix works with an id and a program in it', async () => {
  const { code, stderr } = await harness.run('queue', 'add', 'hello.2');
  expect(code).toBe(2);
  const [, hint = ''] = /; try (ringmaster queue add ID -- PROGRAM ARGUMENT …)$/m.exec(stderr) ?? [];
  const answered = answerOnce(temporal().client, { result: { added: 1 } });
  const words = hint.replace('ID', 'hello.2').replace('PROGRAM', 'echo').replace('ARGUMENT …', 'hi').split(' ').slice(1);
  expect(await harness.run(...words)).toMatchObject({ code: 0, stdout: 'added 1 of 1\n' });
  expect(await answered).toMatchObject({ input: { items: [{ id: 'hello.2', command: ['echo', 'hi'] }] } });
}, 30_000);

test('queue add: sends the complete specification and shows the result', async () => {
  const answered = answerOnce(temporal().client, { result: { added: 1 } });
  const { code, stdout, stderr } = await harness.run('queue', 'add', 'hello.1', '--labels', 'gpu', '--attempts', '2', '--', 'sh', '-c', 'echo hi');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'added 1 of 1\n' });
  expect(stderr).toMatch(
    /^Note: 1 item waits for a node \(hello\.1\), because no node of the cluster file has 1 slot and the label gpu \(a lacks gpu, b lacks gpu, c lacks gpu\)\..*try .*ringmaster up --file \S+; or ringmaster job cancel hello\.1$/m,
  );
  expect(await answered).toMatchObject({
    type: 'enqueue',
    input: {
      items: [
        {
          id: 'hello.1',
          kind: 'command',
          command: ['sh', '-c', 'echo hi'],
          labels: ['gpu'],
          attemptsMax: 2,
          slots: 1,
          seed: 1,
          limits: { runSecondsMax: 3600, silentSecondsMax: 300 },
        },
      ],
    },
  });
}, 30_000);

test('queue add --file: reports all faults at once and starts nothing', async () => {
  const file = `${harness.folder}/items.json`;
  writeFileSync(
    file,
    JSON.stringify([
      { id: 'ok.1', command: ['true'] },
      { id: 'Bad', command: 'true', slots: 0, colour: 'red' },
    ]),
  );
  const { code, stderr } = await harness.run('queue', 'add', '--file', file);
  expect(code).toBe(2);
  for (const part of ['Bad: id must be', 'command must be a list', 'slots must be 1 to 1,024', 'colour is not a field'])
    expect(stderr).toContain(part);
  expect(await temporal().client.workflow.count('WorkflowType = "enqueue" AND ExecutionStatus = "Running"')).toMatchObject({ count: 0 });
});

test('a failure of a workflow is printed with its sentence and its exit code', async () => {
  const record = {
    code: 'queue.conflict',
    class: 'configuration',
    message: 'Cannot enqueue hello.1 because it exists with another command; try another id',
    fields: { item: 'hello.1' },
    chain: [],
  };
  const answered = answerOnce(temporal().client, { failure: { message: 'enqueue failed', type: 'queue.conflict', details: record } });
  const { code, stderr } = await harness.run('queue', 'add', 'hello.1', '--', 'false');
  await answered;
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${record.message}\n` });
}, 30_000);

test('job cancel: shows what was done; exit 4 when there was nothing to do', async () => {
  const answered = answerOnce(temporal().client, { result: { cancelled: 0, stopping: 1 } });
  expect(await harness.run('job', 'cancel', 'cf.2.self-play.7/2', '--reason', 'not needed')).toMatchObject({
    code: 0,
    stdout: 'cancelled 0, stopping 1\n',
  });
  expect(await answered).toEqual({
    type: 'cancel',
    input: { items: ['cf.2.self-play.7'], reason: 'not needed', by: expect.stringMatching(/.+@.+/) as string },
  });
  const again = answerOnce(temporal().client, { result: { cancelled: 0, stopping: 0 } });
  const { code, stderr } = await harness.run('job', 'cancel', 'gone.1');
  await again;
  expect(code).toBe(4);
  expect(stderr).toMatch(/no such item is open/);
}, 30_000);

test('pause and resume of the whole cluster: who paused it and why, and what a repeat finds', async () => {
  const pause = { by: 'kim@desk', reason: 'a new switch', sinceMs: Date.now() - 60_000 };
  const paused = answerOnce(temporal().client, { result: { verb: 'pause', changed: true, pause } });
  expect((await harness.run('pause', '--reason', 'a new switch')).stdout).toBe('demo is paused: no job starts, and running jobs go on\n');
  const { type, input } = await paused;
  expect({ type, input }).toEqual({
    type: 'pauseCluster',
    input: { verb: 'pause', reason: 'a new switch', by: expect.stringMatching(/^.+@.+$/) as string },
  });
  const again = answerOnce(temporal().client, { result: { verb: 'pause', changed: false, pause } });
  expect((await harness.run('pause')).stdout).toMatch(/^demo was already paused by kim@desk 1m\S* ago \(a new switch\)\n$/);
  await again;
  const resumed = answerOnce(temporal().client, { result: { verb: 'resume', changed: true, pause } });
  expect((await harness.run('resume')).stdout).toMatch(/^demo goes on; it was paused by kim@desk /);
  expect((await resumed).input).toMatchObject({ verb: 'resume', reason: 'no reason given' });
}, 60_000);

test('node cordon, drain, uncordon: the wish with who and why; what was changed, what was not, and the JSON', async () => {
  const wish = { service: 'draining', reason: 'new fan', by: 'kim@desk', sinceMs: 0 };
  const openJobs = [{ item: 'cf.1', epoch: 2 }];
  const drained = answerOnce(temporal().client, { result: { node: 'b', changed: true, wish, openJobs } });
  const drain = await harness.run('node', 'drain', 'b', '--reason', 'new fan', '--force');
  expect({ code: drain.code, stdout: drain.stdout.split('\n')[0] }).toEqual({ code: 0, stdout: 'b is draining' });
  expect(drain.stdout).toMatch(/by the wish of kim@desk .* ago \(new fan\): it gets no new job, and waits for cf\.1\/2\.\n$/);
  const { type, input } = await drained;
  expect(type).toBe('wishNode');
  expect(input).toEqual({ node: 'b', service: 'draining', reason: 'new fan', by: expect.stringMatching(/^.+@.+$/), force: true });

  const cordoned = answerOnce(temporal().client, { result: { node: 'b', changed: false, wish: { ...wish, service: 'cordoned' }, openJobs } });
  expect((await harness.run('node', 'cordon', 'b')).stdout).toMatch(/^b was already cordoned\n/);
  expect((await cordoned).input).toMatchObject({ node: 'b', service: 'cordoned', reason: 'no reason given' });

  const back = { node: 'b', changed: true, wish: { ...wish, service: 'in-service' }, openJobs: [] };
  const uncordoned = answerOnce(temporal().client, { result: back });
  expect(JSON.parse((await harness.run('node', 'uncordon', 'b', '-o', 'json')).stdout)).toEqual(back);
  expect((await uncordoned).input).toMatchObject({ node: 'b', service: 'in-service' });
  expect((await harness.run('node', 'uncordon', 'b', '--force')).code).toBe(2);
}, 60_000);

test('node lost: who decided, when and why, and the jobs that go elsewhere', async () => {
  const lost = 'declared lost by kim@desk at 2026-01-01T00:00:00.000Z: burned';
  const answered = answerOnce(temporal().client, { result: { node: 'b', changed: true, openJobs: [{ item: 'cf.1', epoch: 2 }], lost } });
  const said = await harness.run('node', 'lost', 'b', '--reason', 'burned');
  expect(said).toMatchObject({ code: 0, stdout: `b is lost: ${lost}\n  Its jobs go elsewhere: cf.1/2.\n` });
  expect((await answered).input).toEqual({ node: 'b', service: 'lost', reason: 'burned', by: expect.stringMatching(/^.+@.+$/) });
}, 60_000);

test('event dead redrive, dead drop and replay: what was asked, by whom, and how many events', async () => {
  const by = expect.stringMatching(/^.+@.+$/) as string;
  const asked = async (verb: string, ...args: string[]): Promise<{ readonly stdout: string; readonly input: unknown }> => {
    const answered = answerOnce(temporal().client, { result: { verb, subscriber: 'dispatcher', count: 2 } });
    const { code, stdout } = await harness.run('event', ...args);
    expect(code).toBe(0);
    const { type, input } = await answered;
    expect(type).toBe('steerDelivery');
    return { stdout, input };
  };
  expect(await asked('redrive', 'dead', 'redrive', 'dispatcher')).toEqual({
    stdout: '2 events sent to dispatcher again\n',
    input: { verb: 'redrive', subscriber: 'dispatcher', by },
  });
  expect(await asked('drop', 'dead', 'drop', 'dispatcher', 'x', 'y', '--reason', 'old')).toEqual({
    stdout: '2 dead letters of dispatcher dropped\n',
    input: { verb: 'drop', subscriber: 'dispatcher', events: ['x', 'y'], reason: 'old', by },
  });
  expect(await asked('replay', 'replay', '--subscriber', 'dispatcher', '--from', '3', '--to', '9')).toMatchObject({
    input: { verb: 'replay', subscriber: 'dispatcher', from: 3, to: 9, by },
  });
  expect((await harness.run('event', 'dead', 'drop', 'dispatcher')).code).toBe(2);
}, 60_000);

test.each([
  ['node.unknown', 4],
  ['node.needed', 1],
] as const)(
  'node drain that is refused with %s is exit %i, and says why',
  async (code, exit) => {
    const record = { code, class: 'configuration', message: 'Cannot drain bb because of a test; try another', fields: {}, chain: [] };
    const answered = answerOnce(temporal().client, { failure: { message: 'wishNode failed', type: code, details: record } });
    expect(await harness.run('node', 'drain', 'bb')).toMatchObject({ code: exit, stderr: `${record.message}\n` });
    await answered;
  },
  30_000,
);

test('control down, Temporal up: status says so and shows the workflows, exit 6', async () => {
  const other = new CliHarness();
  other.writeCluster(await freePort(), temporal().port);
  await temporal().client.workflow.start('nodes', { workflowId: 'nodes', taskQueue: 'ringmaster', args: [{}] });
  await expect
    .poll(
      () =>
        temporal()
          .client.workflow.count('WorkflowId = "nodes"')
          .then(({ count }) => count),
      { timeout: 5_000 },
    )
    .toBe(1);
  const { code, stdout, stderr } = await other.run('status');
  expect(code).toBe(6);
  expect(stderr).toMatch(/control is not running/);
  expect(stderr).toContain(`This is what Temporal at 127.0.0.1:${temporal().port} knows`);
  expect(stdout).toMatch(/^WORKFLOW +TYPE +FOR\nnodes +nodes/m);
  expect(JSON.parse((await other.run('status', '-o', 'json')).stdout)).toMatchObject({ source: 'temporal', live: [{ id: 'nodes', type: 'nodes' }] });
  await temporal().client.workflow.getHandle('nodes').terminate();
  other.remove();
}, 30_000);
