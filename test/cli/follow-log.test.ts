/** `logs --follow` on a served cluster whose logs the test writes. */
import { expect, test } from 'vitest';
import type { JobView } from '../../src/domain/job/view.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { eventually } from '../support/eventually.ts';
import { fixtureFacts } from './fixture-cluster.ts';
import { withFixture } from './with-fixture.ts';

const logs = new Map<string, string>();
let isAway = false;
let newest = 1;
let state: JobView['state'] = 'running';
const away = new RingmasterError('transport.unreachable', { cannot: 'read the log', because: 'b is away', hint: { say: 'again' } });
const harness = withFixture({
  daemons: () => [{ ...fixtureDaemon(), executor: 'process' }],
  daemonProcess: () => ({ node: 'b' as NodeId, job: { item: 'daemon.web' as ItemId, epoch: newest } }),
  logPart: async (_node, { item, epoch }, stream, after) => {
    if (isAway) throw away;
    const log = logs.get(`${item}/${epoch}/${stream}`) ?? '';
    return { text: log.slice(after), end: log.length, missed: 0 };
  },
  item: (id) => {
    const { jobs, ...facts } = fixtureFacts(Date.now());
    return id === 'cf.2.self-play.7'
      ? { ...facts, jobs: jobs.slice(0, 1).map((job) => ({ ...job, epoch: 1, state, endedAtMs: undefined }) as never) }
      : undefined;
  },
});
const fixtureDaemon = () => ({
  id: 'web',
  summary: 'runs serve on b',
  critical: false,
  dependencies: [],
  intervalMs: 60_000,
  state: 'running' as const,
  sinceMs: 1,
  because: 'it is well',
  wish: { wish: 'running' as const, by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 },
  missing: [],
  restarts: 0,
  next: 'works again',
});

/** Starts the CLI, and returns what it has printed so far. */
function follow(...args: string[]) {
  const { child, done } = harness.start(args);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (part: Buffer) => (said.stdout += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (said.stderr += part.toString()));
  const until = (what: keyof typeof said, text: string): Promise<true> =>
    eventually(`${what} has ${text}`, () => said[what].includes(text), { lastSeen: () => JSON.stringify(said) });
  return { child, done, said, until };
}

test('daemon logs --follow prints what is added, goes on after a failure and with the next process, and ends with Ctrl-C', async () => {
  logs.set('daemon.web/1/stderr', 'one\n');
  const { child, done, said, until } = follow('daemon', 'logs', 'web', '--follow');
  await until('stdout', 'one\n');
  isAway = true;
  await until('stderr', 'b is away');
  logs.set('daemon.web/1/stderr', 'one\ntwo\n');
  isAway = false;
  await until('stdout', 'two\n');
  logs.set('daemon.web/1/stderr', 'one\ntwo\nthe last words\n');
  logs.set('daemon.web/2/stderr', 'again\n');
  newest = 2;
  await until('stdout', 'again\n');
  expect(said.stdout).toBe('one\ntwo\nthe last words\nagain\n');
  expect(said.stderr).toContain('(web was started again: process 2)');
  child.kill('SIGINT');
  await done;
  expect(child.signalCode ?? child.exitCode).toBe('SIGINT');
});

test('job logs --follow ends when the job has closed, with everything that it wrote', async () => {
  logs.set('cf.2.self-play.7/1/stdout', 'game 1\n');
  const { done, until } = follow('job', 'logs', 'cf.2.self-play.7', '-f', '--stream', 'stdout');
  await until('stdout', 'game 1\n');
  logs.set('cf.2.self-play.7/1/stdout', 'game 1\ngame 2\n');
  state = 'completed';
  expect(await done).toMatchObject({ code: 0, stdout: 'game 1\ngame 2\n', stderr: '' });
});

test('a daemon that is built in has no log to follow', async () => {
  expect(await harness.run('daemon', 'logs', 'nothing', '--follow')).toMatchObject({ code: 4 });
});
