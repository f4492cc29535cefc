/**
 * `down` leaves no process (not even one that left its group and session), no listener and no temporary file. This holds for our own user and for the
 * users of the nodes, also when the launcher is dead. The next `up` continues the interrupted work, and an interrupted try does not count. Ctrl-C in
 * the demo does the same as `down`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LiveCluster, makeCluster, toyPayload, toyPipeline } from '../support/live-cluster.ts';
import { idOf, isAlive, jobProcesses } from '../support/processes.ts';
import { isRoot } from '../support/root.ts';
import { addToFile, placePayload } from './mixed/home-files.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { allPids, commandOf, readProc, readProcLink } from '../../src/process/proc.ts';

const root = join(import.meta.dirname, '../..');
/** This test file has its own folder for temporary files, so that it finds all files of its clusters and no others. */
const temporaryBefore = process.env['TMPDIR'];
const temporary = mkdtempSync(join(tmpdir(), 'rmn-'));
process.env['TMPDIR'] = temporary;
afterAll(() => {
  if (temporaryBefore === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporaryBefore;
  rmSync(temporary, { recursive: true, force: true });
});

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
};
const ownerOf = (path: string): number => {
  try {
    return statSync(path).uid;
  } catch {
    return -1;
  }
};
/** Processes that ran before the test do not count. A user that is created later for a node may have the user id of their owner. */
let strangers = new Set<number>();
beforeAll(() => void (strangers = new Set(allPids())));

/**
 * Returns the processes that belong to a cluster. Such a process has the cluster's mark, or mentions the cluster's state folder in its arguments,
 * environment or working folder, or runs as the user of a node.
 */
function processesOf(cluster: LiveCluster, users: readonly number[]): readonly string[] {
  return allPids().flatMap((pid) => {
    if (strangers.has(pid) || pid === process.pid || !isAlive(pid)) return [];
    const words = commandOf(pid).join(' ');
    const environment = readProc(`${pid}/environ`) ?? '';
    const ours =
      environment.includes(`RINGMASTER_MARK=${idOf(cluster.name)}/`) ||
      [words, environment, readProcLink(`${pid}/cwd`) ?? ''].some((text) => text.includes(cluster.state)) ||
      users.includes(ownerOf(`/proc/${pid}`));
    return ours ? [`${pid} ${words}`] : [];
  });
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

interface ClusterFile {
  readonly temporal: { readonly port: number; readonly uiPort: number; readonly metricsPort: number };
  readonly http: { readonly port: number };
  readonly nodes: readonly { readonly practice: { readonly port: number } }[];
}

function portsOf(cluster: LiveCluster): readonly number[] {
  const { temporal, http, nodes } = parse(readFileSync(cluster.file, 'utf8')) as ClusterFile;
  return [temporal.port, temporal.uiPort, temporal.metricsPort, http.port, cluster.healthPort, ...nodes.map(({ practice }) => practice.port)];
}

/** Returns the user ids of the practice nodes. When the test does not run as root, the nodes have no users of their own, and the list is empty. */
const usersOf = (cluster: LiveCluster): readonly number[] =>
  isRoot ? ['a', 'b', 'c'].map((node) => ownerOf(cluster.nodeFolder(node))).filter((uid) => uid > 0) : [];

async function expectNothingLeft(cluster: LiveCluster, users: readonly number[]): Promise<void> {
  expect(cluster.marks(), 'processes with our mark').toEqual([]);
  const left = processesOf(cluster, users);
  expect(left, `processes of ours: ${left.join('; ')}`).toEqual([]);
  const open = await Promise.all(portsOf(cluster).map(async (port) => ((await isListening(port)) ? [port] : [])));
  expect(open.flat(), 'listeners on our ports').toEqual([]);
  expect(
    readdirSync(temporary).filter((name) => !name.startsWith('rm-story-')),
    'temporary files',
  ).toEqual([]);
  // The last verdicts about the nodes stay, because a lost node is still lost after the next `up`. The next ledger worker replaces the files
  // of the duties.
  const stays = ['cluster.json', 'worker-package', 'swept-nodes.json', 'duty-backup.json', 'duty-tidy.json'];
  expect(
    readdirSync(join(cluster.state, 'run')).filter((name) => !stays.includes(name)),
    'run files',
  ).toEqual([]);
}

describe('down', () => {
  let cluster: LiveCluster;
  let payload: Awaited<ReturnType<typeof placePayload>>;
  beforeAll(async () => {
    cluster = await makeCluster({});
    const path = join(cluster.folder, 'big');
    mkdirSync(path);
    addToFile(cluster, { datasets: [{ id: 'big', origin: 'home', path }] });
    await cluster.up();
    payload = await placePayload(cluster, toyPayload);
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);

  const allAlive = () =>
    cluster.until(
      'all nodes alive, a by its resident worker',
      90,
      ({ nodes }) => nodes.length === 3 && nodes.every((node) => node.state === 'alive' && (node.node !== 'a' || node.route === 'resident')),
    );

  const lives = [
    { what: 'through the launcher', kill: [] },
    { what: 'after SIGKILL of the launcher', kill: ['launcher'] },
    { what: 'after SIGKILL of the launcher, the gateway and an sshd', kill: ['launcher', 'gateway', 'sshd-b'] },
  ] as const;

  for (const [index, { what, kill }] of lives.entries())
    it(`${what}, with jobs, escaped processes, a sync and a resident worker under way`, async () => {
      await cluster.up();
      await allAlive();
      const users = usersOf(cluster);
      const ids = [1, 2, 3].map((k) => `interrupted.${index}.${k}`);
      await cluster.add(
        ...ids.map((id, k) => ({
          id,
          kind: 'command',
          // The first try works for ten minutes unless it is ended.
          command: ['sh', '-c', 'case $RINGMASTER_JOB in */1) TOY_MS=600000;; esac; export TOY_MS; exec node "$0" self-play', '{payload}/toy.mjs'],
          env: { TOY_MODE: k < 2 ? 'children' : 'ok', TOY_MS: '1000' },
          request: { games: 3, firstGame: 0, prefix: id },
          outputs: [{ path: 'games.ndjson', to: 'dataset:toy-games' }],
          payload,
          slots: 2,
          // A self-fence of 300 s makes the watcher wait 5 s at a time.
          limits: { runSecondsMax: 600, silentSecondsMax: 600, selfFenceSeconds: 300 },
          // If the interrupted try counted, the item would have no try left.
          attemptsMax: 1,
        })),
      );
      await cluster.until('all run, with escapees', 90, ({ openJobs }) => {
        const [first = '', second = ''] = ids;
        return (
          ids.every((id) => openJobs.some((job) => job.item === id && job.state === 'running')) &&
          [first, second].every((id) => jobProcesses(cluster.name, id).length >= 3)
        );
      });
      const working: readonly number[] = ids.flatMap((id) => jobProcesses(cluster.name, id));
      const worker = Number(read(join(cluster.nodeFolder('a'), 'worker/pid')));
      expect(isAlive(worker)).toBe(true);
      writeFileSync(join(cluster.folder, 'big', `part-${index}`), randomBytes(200 * 1024 * 1024));
      expect((await cluster.cli('sync', 'run', 'big', 'b')).code).toBe(0);
      await cluster.until('rsync under way', 60, () => processesOf(cluster, users).some((line) => /^\d+ rsync /.test(line)));
      for (const name of kill) process.kill(cluster.pid(name), 'SIGKILL');

      const down = await cluster.cli('down', '--state', cluster.state);
      expect(down.code, down.stderr).toBe(0);
      expect([...working, worker].filter(isAlive)).toEqual([]);
      await expectNothingLeft(cluster, users);
      const again = await cluster.cli('down', '--state', cluster.state);
      expect([again.code, again.stdout], 'a second down changes nothing').toEqual([0, expect.stringContaining('was not running')]);

      await cluster.up();
      for (const id of ids) {
        const facts = await cluster.until(`${id} completed after the next up`, 120, async () => {
          const seen = await cluster.item(id);
          return seen?.item.state === 'completed' && seen;
        });
        expect([facts.item.epoch, facts.item.attempts], 'the interrupted try does not count').toEqual([2, 1]);
        const failure = facts.jobs.find((job) => job.epoch === 1)?.failure;
        expect(failure?.code).toBe('job.stopped');
        expect(failure && sentenceOf(failure)).toMatch(/^Cannot .+ because .+; try .+/s);
      }
      await cluster.until('the sync ends right', 120, ({ recentSyncs }) =>
        recentSyncs.some((sync) => sync.dataset === 'big' && sync.state === 'completed' && sync.files === index + 1),
      );
      await cluster.until('no escapee of a completed job left', 30, () => ids.every((id) => jobProcesses(cluster.name, id).length === 0));
    }, 400_000);
});

describe('Ctrl-C on the demo', () => {
  let cluster: LiveCluster;
  let demo: ChildProcess | undefined;
  beforeAll(async () => {
    strangers = new Set(allPids());
    cluster = await makeCluster({ pipelines: [toyPipeline({ selfPlay: 20_000, train: 1_000, evaluate: 100 }, { turns: 1 })] });
  });
  afterEach(() => {
    if (demo?.pid !== undefined && isAlive(demo.pid)) process.kill(-demo.pid, 'SIGKILL');
  });
  afterAll(() => cluster.destroy(), 120_000);

  /** Starts the demo as a terminal does: in its own process group. The signal goes to the whole group. */
  function startDemo(): { readonly ended: Promise<number | null>; readonly output: () => string; readonly press: () => void } {
    const child = spawn(join(root, 'bin/ringmaster'), ['demo', '--file', cluster.file], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: join(cluster.folder, 'xdg'), NO_COLOR: '1' },
    });
    demo = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return {
      ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
      output: () => output,
      press: () => void process.kill(-(child.pid ?? Number.NaN), 'SIGINT'),
    };
  }

  it('while it plays leaves nothing and exits with 130', async () => {
    const { ended, output, press } = startDemo();
    await cluster.until('three jobs running', 90, ({ openJobs }) => openJobs.filter((job) => job.state === 'running').length >= 3);
    const users = usersOf(cluster);
    expect(cluster.marks().length).toBeGreaterThan(0);
    press();
    // A second Ctrl-C changes nothing.
    setTimeout(press, 500);
    expect(await ended, output()).toBe(130);
    await expectNothingLeft(cluster, users);
  }, 240_000);

  it('while it starts leaves nothing and exits with 130', async () => {
    const { ended, output, press } = startDemo();
    const endAt = Date.now() + 30_000;
    while (!/server +(starting|running)/.test(output()) && Date.now() < endAt) await sleep(50);
    press();
    expect(await ended, output()).toBe(130);
    await expectNothingLeft(cluster, usersOf(cluster));
  }, 240_000);
});
