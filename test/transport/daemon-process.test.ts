/** The program of a command daemon on a real node: what its end means by its restart policy, the results of its health checks, and its secrets. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, expect, it, onTestFinished, test } from 'vitest';
import { homeOf } from '../../activities/gateway/home.ts';
import { launchJob } from '../../activities/gateway/launch-job.ts';
import { JobWatcher } from '../../activities/node/job-watcher.ts';
import { startProcesses } from '../../activities/node/start-processes.ts';
import { watchProcess } from '../../activities/node/watch-process.ts';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { ProcessHealth, WatchedProcess, WatchProcessInput } from '../../src/contract/activity/daemon.ts';
import { type DaemonProcess, declaredDaemons } from '../../src/domain/daemon/command.ts';
import { freshHealth } from '../../src/domain/daemon/health.ts';
import { afterNews, newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { eventually } from '../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'rm-daemon-process-'));
const machine = openMachine({
  node: 'a' as NodeId,
  owner: ownerNamed(`daemons-${process.pid}`),
  folder: join(folder, 'node'),
  connect: { type: 'local' },
});
const watcher = new JobWatcher(machine, 200);
afterAll(async () => {
  await machine.stopAll(0);
  await machine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Returns the daemon of this entry with its first process. */
function declare(entry: Readonly<Record<string, unknown>>) {
  const daemon = { node: 'a', stopGrace: '0s', ...entry };
  const config = parseCluster(
    JSON.stringify({ cluster: 'demo', nodes: [{ id: 'a', local: true }], daemons: [daemon] }),
    join(folder, 'cluster.yaml'),
  );
  const [declared] = declaredDaemons(config);
  if (declared === undefined) throw new Error('the cluster file has no daemon');
  const job = { item: declared.process.spec.id, epoch: 1 };
  const one: DaemonProcess = { ...declared.process, job };
  onTestFinished(async () => void (await machine.stop(job, 0)));
  return { declared, config, job, one };
}

/** Launches the daemon of this entry as the gateway does, and returns it with a function that waits for the next news of it. */
async function launch(entry: Readonly<Record<string, unknown>>, variables: Readonly<Record<string, string>> = {}) {
  const { declared, config, job, one } = declare(entry);
  const environment = new MockActivityEnvironment();
  const home = homeOf(config, variables);
  const start = (input: AssignedJob) => launchJob(input, machine, home, new AbortController().signal);
  const startAs = (epoch: number) =>
    environment.run<[AssignedJob], StartedJob, typeof start>(start, { job: { ...job, epoch }, node: one.node, spec: one.spec, stop: one.stop });
  const started = await startAs(1);
  const watch = (watched: WatchProcessInput) => watchProcess(watched, machine, watcher);
  let health = freshHealth(false);
  let known: ProcessHealth | undefined;
  const news = async (): Promise<WatchedProcess> => {
    const input: WatchProcessInput = { process: one, started, health, ...(known === undefined ? {} : { known }), maxMs: 60_000 };
    const found = await new MockActivityEnvironment().run<[WatchProcessInput], WatchedProcess, typeof watch>(watch, input);
    if (found.type === 'news') ({ health, known } = found);
    return found;
  };
  return { row: declared.row, process: one, started, startAs, news, folder: join(folder, 'node', 'jobs', job.item, '1') };
}

test('processes that start together each start once, and one that the node refuses keeps none of the others from its start', async () => {
  const processes = Array.from({ length: 6 }, (_, k) => declare({ id: `together-${k}`, command: ['sleep', '600'] }).one);
  const [refused] = processes;
  if (refused === undefined) throw new Error('there is no process');
  // The node knows a later process of the first daemon.
  await machine.stop({ ...refused.job, epoch: 2 }, 0);
  const started = await startProcesses(processes, machine, 60_000);
  expect(Object.keys(started).toSorted()).toEqual(processes.slice(1).map(({ daemon }) => daemon));
  const again = await startProcesses(processes, machine, 60_000);
  for (const [daemon, { pid }] of Object.entries(started)) expect(again[daemon]).toMatchObject({ pid, adopted: true });
  // Without time, the starts are left to the workflows.
  expect(await startProcesses(processes, machine, 0)).toEqual({});
});

const healthy = (message: string): unknown => expect.objectContaining({ type: 'news', known: { healthy: true, message } });
const unwell = (message: string): unknown => expect.objectContaining({ type: 'news', known: { healthy: false, message } });
const check = { every: '1s', within: '1s', silent: 2 };

it.each([
  ['always', 0, 'backing-off'],
  ['on-failure', 0, 'stopped'],
  ['on-failure', 3, 'backing-off'],
  ['never', 0, 'stopped'],
  ['never', 3, 'failed'],
])('under restart: %s a program that exits with %i makes its daemon %s', async (restart, code, state) => {
  const { row, news } = await launch({ id: `${restart}-${code}`, command: ['sh', '-c', `echo no port >&2; exit ${code}`], restart });
  let found = await news();
  // A look can come before the end of the program.
  while (found.type === 'news') found = await news();
  if (found.type !== 'exited' || found.exit.type === 'interrupted') throw new Error(`there is other news: ${JSON.stringify(found)}`);
  expect(found.exit.record.message).toContain(`its program ended with exit code ${code}`);
  expect(JSON.stringify(found.exit.record)).toContain('no port');
  const begun = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
  const starting = afterNews(begun, { type: 'dependencies', missing: [] }, row, 1);
  expect(starting.state).toBe('starting');
  expect(afterNews(starting, { type: 'exited', exit: found.exit }, row, 2).state).toBe(state);
});

test('a command checks the health in the folder of the program: well, unwell with its words, and silent when it does not end', async () => {
  const question = '[ -e slow ] && exec sleep 60; [ -e well ] || { echo "$NAME is sick" >&2; exit 4; }';
  const health = { command: ['sh', '-c', question], ...check };
  const daemon = await launch({ id: 'asked', command: ['sh', '-c', 'touch well; exec sleep 600'], env: { NAME: 'web' }, health });
  expect(await daemon.news()).toEqual(healthy('sh exits with 0'));
  renameSync(join(daemon.folder, 'well'), join(daemon.folder, 'sick'));
  expect(await daemon.news()).toEqual(unwell('sh exits with 4: web is sick'));
  renameSync(join(daemon.folder, 'sick'), join(daemon.folder, 'well'));
  expect(await daemon.news()).toEqual(healthy('sh exits with 0'));
  writeFileSync(join(daemon.folder, 'slow'), '');
  expect(await daemon.news()).toEqual(unwell('no answer in 1 s (1 of 2 times)'));
  expect(await daemon.news()).toEqual({ type: 'hangs', because: 'its health check got no answer 2 times in a row: no answer in 1 s' });
}, 60_000);

test('an address of HTTP is well with 200 to 399, unwell with another status, and silent when nothing answers', async () => {
  let status = 302;
  const server = createServer((_request, response) => void response.writeHead(status).end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await eventually('the server listens', () => server.listening);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const daemon = await launch({ id: 'served', command: ['sleep', '600'], health: { http: url, ...check } });
  expect(await daemon.news()).toEqual(healthy(`${url} answers 302`));
  status = 503;
  expect(await daemon.news()).toEqual(unwell(`${url} answers 503`));
  server.closeAllConnections();
  await new Promise((closed) => void server.close(closed));
  const silent = (await daemon.news()) as { readonly known?: ProcessHealth };
  expect(silent.known?.message).toContain(`${url} does not answer`);
  expect(await daemon.news()).toMatchObject({ type: 'hangs', because: expect.stringContaining('got no answer 2 times in a row') as string });
}, 60_000);

test('a program gets its secret, and its health check and the record of its process do not have the secret', async () => {
  const health = { command: ['sh', '-c', '[ "$PLAIN" = yes ] && [ -z "$TOKEN" ]'], ...check };
  const env = { PLAIN: 'yes', TOKEN: { fromEnv: 'WEB_TOKEN' } };
  const entry = { id: 'secret', command: ['sh', '-c', 'echo "$TOKEN"; exec sleep 600'], env, health };
  const daemon = await launch(entry, { WEB_TOKEN: 's3cret-1' });
  expect(await daemon.news()).toEqual(healthy('sh exits with 0'));
  expect((await machine.readLog(daemon.process.job, 'stdout', 100)).toString()).toBe('s3cret-1\n');
  expect(JSON.stringify(daemon.process)).not.toContain('s3cret-1');
}, 60_000);

test('a second start adopts the process, and a start with a lower number than the node knows is refused with the number of the node', async () => {
  const { process: one, started, startAs } = await launch({ id: 'numbered', command: ['sleep', '600'] });
  expect(started.adopted).toBe(false);
  expect(await startAs(1)).toEqual({ ...started, adopted: true });
  await machine.stop({ ...one.job, epoch: 3 }, 0);
  await expect(startAs(2)).rejects.toMatchObject({ code: 'job.epoch-refused', fields: { fence: '3' } });
  expect(await startAs(4)).toMatchObject({ adopted: false });
  await machine.stop({ ...one.job, epoch: 4 }, 0);
});

test('the file of a health check is fresh while the program changes it, whatever the clock of the node says, and goes stale when the program stops doing so', async () => {
  // The program gives each change a time of the year 2001, which is what a clock that was set forward since then makes of it.
  const program =
    'n=1000000000; until [ -e enough ]; do touch -d "@$n" beat; n=$((n + 1)); sleep 0.2; done; touch -d "@4000000000" beat; exec sleep 300';
  const { news, folder: cwd } = await launch({
    id: 'beats',
    command: ['sh', '-c', program],
    health: { every: '3s', within: '3s', silent: 2, file: 'beat', fresh: '6s' },
  });
  expect(await news()).toEqual(healthy('beat is fresh'));
  const next = news();
  const state = { isOver: false };
  void next.then(() => (state.isOver = true));
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  expect(state.isOver).toBe(false);
  writeFileSync(join(cwd, 'enough'), '');
  expect(await next).toEqual(unwell(expect.stringMatching(/^beat has not changed for \d+ s \(limit 6 s\)/) as string));
}, 60_000);
