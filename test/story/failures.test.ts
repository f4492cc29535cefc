/**
 * Must hold 3: what fails, fails by name. For each failure: its own code in the job's (or sync's) record, a sentence that says what could not be done,
 * why, and what to try; `explain` shows all of it with a next step; and no wrong data: nothing in a dataset, nothing at home, nothing completed.
 * How each is noticed is tested below, in test/transport and test/unit; here the whole product must show it.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ItemFacts, SyncView } from '../../src/contract/read-model.ts';
import type { FailureCode, FailureRecord } from '../../src/domain/failure.ts';
import { type LiveCluster, labelledNodes, makeCluster, toyPayload } from '../support/live-cluster.ts';
import { descendants, isAlive, isSshd, jobProcesses } from '../support/processes.ts';
import { addToFile, filesBelow, placeInput, placePayload, sha256 } from './mixed/home-files.ts';

const sentence = /^Cannot .+ because .+; try .+/s;
const nodes = ['a', 'b', 'c'] as const;
const closed = ['completed', 'failed', 'timed-out', 'cancelled', 'dead'];

let cluster: LiveCluster;
let payload: Awaited<ReturnType<typeof placePayload>>;

beforeAll(async () => {
  cluster = await makeCluster({ nodes: await labelledNodes(4) });
  const path = join(cluster.folder, 'openings');
  mkdirSync(path);
  writeFileSync(join(path, 'first'), 'e4');
  const big = join(cluster.folder, 'big');
  mkdirSync(big);
  addToFile(cluster, {
    datasets: [
      { id: 'openings', origin: 'home', path },
      { id: 'big', origin: 'home', path: big },
      { id: 'toy-games', origin: 'node' },
    ],
  });
  await cluster.up();
  payload = await placePayload(cluster, toyPayload);
  await cluster.until('all nodes alive', 60, (status) => status.nodes.length === 3 && status.nodes.every((node) => node.state === 'alive'));
}, 180_000);
afterAll(() => cluster.destroy(), 120_000);

/** A toy self-play item whose games would go into a dataset and home, if it went well. */
const toy = (id: string, mode: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  kind: 'command',
  command: ['node', '{payload}/toy.mjs', 'self-play'],
  env: { TOY_MODE: mode, TOY_MS: '200' },
  request: { games: 3, firstGame: 0, prefix: id },
  outputs: [
    { path: 'games.ndjson', to: 'dataset:toy-games' },
    { path: 'games.ndjson', to: 'home' },
  ],
  payload,
  attemptsMax: 1,
  ...more,
});
const shell = (id: string, script: string, more: Readonly<Record<string, unknown>> = {}) => toy(id, 'ok', { command: ['sh', '-c', script], ...more });

const accepted = (): readonly string[] => [
  ...nodes.flatMap((node) => filesBelow(join(cluster.nodeFolder(node), 'datasets'))),
  ...filesBelow(join(cluster.state, 'data/blobs')),
];
const closedItem = (id: string): Promise<ItemFacts> =>
  cluster.until(`${id} closed`, 120, async () => {
    const facts = await cluster.item(id);
    return facts !== undefined && closed.includes(facts.item.state) ? facts : false;
  });
const running = (id: string): Promise<string> =>
  cluster.until(`${id} running`, 60, ({ openJobs }) => openJobs.find((job) => job.item === id && job.state === 'running')?.node);

async function expectExplained(id: string, failure: FailureRecord): Promise<void> {
  const { code, stdout } = await cluster.cli('explain', id);
  expect(code).toBe(0);
  expect(stdout).toContain(`Failure ${failure.code}`);
  const flat = stdout.replaceAll(/\s+/g, ' ');
  expect(flat).toContain(failure.message.replaceAll(/\s+/g, ' ').trim().slice(0, 300));
  const next = stdout.split('\nNext\n')[1]?.split('\n\n')[0];
  expect(next?.trim(), 'a next step').toBeTruthy();
  // "{field}" without the field reads "<field>".
  expect(next, 'with every name filled in').not.toMatch(/<(item|epoch|node|dataset|target)>/);
}

/** Waits until the item is closed and checks all that the must-hold asks of its one try. */
async function expectFailed(
  id: string,
  code: FailureCode,
  { state = 'dead', says, fields = {} }: { readonly state?: string; readonly says?: RegExp; readonly fields?: object } = {},
): Promise<FailureRecord> {
  const { item, jobs } = await closedItem(id);
  const failure = jobs[0]?.failure;
  expect(failure, JSON.stringify(jobs)).toMatchObject({ code, message: expect.stringMatching(sentence) as string, fields });
  if (failure === undefined) throw new Error('no failure');
  if (says !== undefined) expect(failure.message).toMatch(says);
  expect([item.state, jobs.length, item.attempts]).toEqual([state, 1, 1]);
  expect(item.outcome).toMatchObject({ type: 'failed', failure: { code } });
  await expectExplained(id, failure);
  await expectExplained(`${id}/1`, failure);
  expect(jobProcesses(cluster.name, id), 'no process of it is left').toEqual([]);
  await cluster.until(`the slots of ${id} given back`, 30, ({ openJobs }) => !openJobs.some((job) => job.item === id));
  return failure;
}

describe('a payload that', () => {
  const withManifest = (manifest: string): string => `printf x >output/games.ndjson; printf '%s' '${manifest}' >output/manifest.json`;
  const file = (more: object): string =>
    withManifest(JSON.stringify({ v: 1, files: [{ path: 'games.ndjson', bytes: 1, sha256: sha256('x'), ...more }], result: {} }));
  const slow = { TOY_MS: '60000' };
  const cases: readonly {
    readonly what: string;
    readonly code: FailureCode;
    readonly item: (id: string) => object;
    readonly says: RegExp;
    readonly state?: string;
    readonly fields?: object;
  }[] = [
    {
      what: 'ends with exit code 1',
      code: 'job.exit-code',
      item: (id) => toy(id, 'exit-1'),
      says: /exit code 1/,
      fields: { exitCode: 1, stderr: 'something broke' },
    },
    {
      what: 'prints garbage',
      code: 'job.bad-progress',
      item: (id) => toy(id, 'garbage', { env: { TOY_MODE: 'garbage', TOY_MS: '20000' } }),
      says: /step \d+ of many/,
    },
    {
      what: 'hangs in silence',
      code: 'job.hang',
      item: (id) => toy(id, 'hang', { limits: { runSecondsMax: 600, silentSecondsMax: 2 } }),
      says: /written nothing for \d+ s \(limit 2 s\)/,
    },
    {
      what: 'runs too long',
      code: 'job.timeout',
      item: (id) => toy(id, 'ok', { env: { ...slow, TOY_MODE: 'ok' }, limits: { runSecondsMax: 2, silentSecondsMax: 600 } }),
      says: /run for \d+ s \(limit 2 s\)/,
      state: 'timed-out',
    },
    { what: 'writes no output', code: 'job.no-output', item: (id) => toy(id, 'no-output'), says: /no manifest\.json/ },
    {
      what: 'leaves out an output that is wanted',
      code: 'job.no-output',
      item: (id) => shell(id, withManifest('{"v":1,"files":[],"result":{}}')),
      says: /does not list games\.ndjson/,
    },
    { what: 'writes half a manifest', code: 'job.bad-manifest', item: (id) => toy(id, 'bad-manifest'), says: /not JSON/ },
    { what: 'lists a file outside its output', code: 'job.bad-manifest', item: (id) => shell(id, file({ path: '../../x' })), says: /\.\.\/\.\.\/x/ },
    { what: 'lists another digest', code: 'job.corrupt-output', item: (id) => toy(id, 'corrupt'), says: /games\.ndjson has sha256/ },
    { what: 'lists another size', code: 'job.corrupt-output', item: (id) => shell(id, file({ bytes: 2 })), says: /1 bytes, its manifest says 2/ },
    {
      what: 'lists a file that is not there',
      code: 'job.corrupt-output',
      item: (id) => shell(id, `${file({})}; rm output/games.ndjson`),
      says: /not there/,
    },
    {
      what: 'does not pass verify',
      code: 'job.verify-failed',
      item: (id) => toy(id, 'ok', { verify: ['sh', '-c', 'echo these are no games >&2; exit 3'] }),
      says: /ended with 3: these are no games/,
    },
    {
      what: 'cannot be found',
      code: 'job.spawn-failed',
      item: (id) => toy(id, 'ok', { command: ['no-such-program', '1'] }),
      says: /no-such-program/,
    },
    { what: 'is not executable', code: 'job.spawn-failed', item: (id) => toy(id, 'ok', { command: ['{payload}/toy.mjs'] }), says: /toy\.mjs/ },
  ];

  // Side by side: none of them may leave anything accepted, so each sees the same before and after.
  it.concurrent.each(cases.flatMap((one, index) => nodes.slice(0, 2).map((node) => ({ ...one, id: `failing.${node}.${index}`, node }))))(
    '$what: $code (node $node)',
    async ({ id, node, code, item, says, state, fields }) => {
      const before = accepted();
      await cluster.add({ ...item(id), labels: [`on-${node}`] });
      await expectFailed(id, code, { says, ...(state === undefined ? {} : { state }), ...(fields === undefined ? {} : { fields }) });
      expect(accepted(), 'no wrong data').toEqual(before);
    },
    180_000,
  );

  it.concurrent.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)(
    'is killed by %s: job.killed',
    async (signal) => {
      const before = accepted();
      const id = `killed.${signal.toLowerCase()}`;
      await cluster.add(toy(id, 'ok', { env: { TOY_MODE: 'ok', TOY_MS: '60000' } }));
      await running(id);
      for (const pid of jobProcesses(cluster.name, id)) process.kill(pid, signal);
      await expectFailed(id, 'job.killed', { says: /ended by signal \d+/ });
      expect(accepted(), 'no wrong data').toEqual(before);
    },
    180_000,
  );

  it.concurrent('is killed together with its supervisor: job.killed', async () => {
    const id = 'killed.both';
    await cluster.add(toy(id, 'ok', { env: { TOY_MODE: 'ok', TOY_MS: '60000' } }));
    await running(id);
    const own = jobProcesses(cluster.name, id);
    const parents = own.map((pid) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]));
    for (const pid of [...parents, ...own]) if (pid > 1 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await expectFailed(id, 'job.killed', { says: /no exit status/ });
  }, 180_000);

  it('goes well, beside all these, is accepted', async () => {
    await cluster.add(toy('well.1', 'ok'));
    const { item } = await closedItem('well.1');
    expect(item.state).toBe('completed');
    expect(accepted().filter((path) => path.includes('well.1'))).toHaveLength(1);
  }, 120_000);
});

interface SyncRow {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  readonly method: string;
  readonly state: string;
}

function syncRows(dataset: string): readonly SyncRow[] {
  const ledger = new Database(join(cluster.state, 'data/sync_history.db'), { readonly: true });
  try {
    return ledger
      .prepare('SELECT dataset, source, target, method, state FROM syncs WHERE dataset = ? ORDER BY timestamp DESC')
      .all(dataset) as SyncRow[];
  } finally {
    ledger.close();
  }
}

/** Runs a sync and waits for its record. */
async function synced(dataset: string, target: string, from?: string): Promise<SyncView> {
  const name = from === undefined ? dataset : `${dataset}@${from}`;
  const mine = (sync: SyncView): boolean => sync.dataset === name && sync.target === target;
  const before = (await cluster.status()).recentSyncs.filter(mine).map((sync) => sync.timestamp);
  const { code, stderr } = await cluster.cli('sync', 'run', dataset, target, ...(from === undefined ? [] : ['--from', from]));
  expect(code, stderr).toBe(0);
  return cluster.until(`sync of ${dataset} to ${target} recorded`, 120, ({ recentSyncs }) =>
    recentSyncs.find((sync) => mine(sync) && !before.includes(sync.timestamp)),
  );
}

/** Codes of the failures after which Temporal tried steps of this workflow again. */
async function retriesOf(workflowId: string): Promise<readonly (string | null | undefined)[]> {
  const { temporalAddress, config } = JSON.parse(readFileSync(join(cluster.state, 'run/cluster.json'), 'utf8')) as {
    temporalAddress: string;
    config: { temporal: { namespace: string } };
  };
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const { events } = await new Client({ connection, namespace: config.temporal.namespace }).workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started?.lastFailure ? [started.lastFailure.applicationFailureInfo?.type] : [],
    );
  } finally {
    await connection.close();
  }
}

const killSessions = (node: string): void => {
  for (const pid of descendants(cluster.pid(`sshd-${node}`)).filter(isSshd)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
};
const nodeIs = (node: string, state: string) =>
  cluster.until(`${node} ${state}`, 90, (status) => status.nodes.find((one) => one.node === node && one.state === state));

describe('a node whose', () => {
  const keys = [
    {
      what: 'host key is another one',
      file: 'known_hosts',
      code: 'transport.host-key-changed',
      says: /is not the one known in .+known_hosts: another machine may answer there; try .+ssh-keygen -R/,
    },
    { what: 'host key is not known', file: 'known_hosts', code: 'transport.host-key-unknown', says: /is not in .+known_hosts; try .+fingerprint/ },
    {
      what: 'sshd does not accept our key',
      file: 'login',
      code: 'transport.authentication',
      says: /refused the key of .+; try adding its public half/,
    },
  ] as const;

  it.each(keys)(
    '$what: $code; nothing is done there until it is right again',
    async ({ file, code, says }) => {
      const name = code.split('.')[1] ?? '';
      const path = join(cluster.state, 'practice/b.keys', file);
      await nodeIs('b', 'alive');
      await cluster.add(toy(`under-way.${name}`, 'ok', { labels: ['on-b'], env: { TOY_MODE: 'ok', TOY_MS: '300000' } }));
      await running(`under-way.${name}`);
      const process1 = jobProcesses(cluster.name, `under-way.${name}`);
      const right = readFileSync(path, 'utf8');
      const stranger = join(cluster.folder, `stranger-${name}`);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
      const [type, key] = readFileSync(`${stranger}.pub`, 'utf8').split(' ');
      const wrong = {
        'transport.host-key-changed': `${right.split(' ')[0]} ${type} ${key}\n`,
        'transport.host-key-unknown': '',
        'transport.authentication': readFileSync(stranger, 'utf8'),
      }[code];
      writeFileSync(path, wrong);
      killSessions('b');
      const before = accepted();
      try {
        const { evidence } = await nodeIs('b', 'unreachable');
        expect(evidence).toMatch(says);
        const explained = await cluster.cli('explain', 'b');
        expect(explained.stdout.replaceAll(/\s+/g, ' ')).toMatch(says);

        const sync = await synced('openings', 'b');
        expect(sync).toMatchObject({ state: 'failed', failure: { code, message: expect.stringMatching(says) as string } });
        expect(sync.failure?.message).toMatch(sentence);
        if (sync.failure !== undefined) await expectExplained('sync/openings/b', sync.failure);

        await cluster.add(toy(`waits.${name}`, 'ok', { labels: ['on-b'] }));
        const waits = await cluster.cli('explain', `waits.${name}`);
        expect(waits.stdout).toMatch(/no node with .*on-b is alive \(b unreachable\)/);
        expect((await cluster.item(`waits.${name}`))?.item.state).toBe('pending');
        expect((await cluster.item(`under-way.${name}`))?.item.state, 'unreachable is not failed').toBe('running');
        expect(process1.every(isAlive), 'its process goes on').toBe(true);
        expect(accepted(), 'no wrong data').toEqual(before);
      } finally {
        writeFileSync(path, right);
      }
      await nodeIs('b', 'alive');
      expect((await closedItem(`waits.${name}`)).item.state).toBe('completed');
      expect((await cluster.item(`under-way.${name}`))?.item).toMatchObject({ state: 'running', epoch: 1 });
      expect(process1.every(isAlive), 'adopted, not started again').toBe(true);
      expect((await cluster.cli('job', 'cancel', `under-way.${name}`)).code).toBe(0);
      expect((await closedItem(`under-way.${name}`)).item.state).toBe('cancelled');
      expect((await synced('openings', 'b')).state).toBe('completed');
    },
    300_000,
  );
});

describe('a transfer', () => {
  it('that is killed on its way goes on and ends right', async () => {
    const data = randomBytes(160 * 1024 * 1024);
    writeFileSync(join(cluster.folder, 'big/blob'), data);
    const target = join(cluster.nodeFolder('b'), 'replicas/big');
    let killed = 0;
    const killing = setInterval(() => {
      if (killed >= 2) return;
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const words = read(`/proc/${pid}/cmdline`).split('\0');
        if (words[0] !== 'rsync' || !words.some((word) => word.startsWith(join(cluster.folder, 'big')))) continue;
        // Not before something has arrived.
        if (filesBelow(join(target, 'incoming')).every((path) => size(path) < 1_000_000)) continue;
        process.kill(Number(pid), 'SIGKILL');
        killed += 1;
        expect(filesBelow(join(target, 'v')), 'nothing half is swapped in').toEqual([]);
      }
    }, 5);
    try {
      const sync = await synced('big', 'b');
      expect(killed, 'a transfer was killed').toBeGreaterThan(0);
      expect(sync).toMatchObject({ state: 'completed', files: 1, bytes: data.length });
    } finally {
      clearInterval(killing);
    }
    expect(sha256(readFileSync(join(target, 'current/blob')))).toBe(sha256(data));
    expect(syncRows('big')).toMatchObject([{ target: 'b', method: 'rsync', state: 'completed' }]);
    expect(await retriesOf('sync/big/b'), 'the killed try is on record').toEqual(['sync.interrupted']);
  }, 300_000);

  it('to and from a node without rsync goes by tar, and the record says so', async () => {
    const home = join(cluster.nodeFolder('c'), '..');
    const bin = join(home, 'bin');
    mkdirSync(bin);
    for (const folder of ['/usr/bin', '/bin', '/usr/local/bin'])
      for (const name of readdirSync(folder)) if (name !== 'rsync' && size(join(bin, name)) === -1) symlinkSync(join(folder, name), join(bin, name));
    const config = join(cluster.state, 'practice/c.keys/sshd_config');
    const before = readFileSync(config, 'utf8');
    const restart = async (text: string): Promise<void> => {
      writeFileSync(config, text);
      const listener = cluster.pid('sshd-c');
      killSessions('c');
      process.kill(listener, 'SIGKILL');
      await cluster.until('another sshd of c', 30, () => cluster.pid('sshd-c') !== listener && isAlive(cluster.pid('sshd-c')));
      await nodeIs('c', 'alive');
    };
    await restart(before.replace(/^SetEnv PATH=.*$/m, `SetEnv PATH=${bin}`));
    try {
      expect(await synced('openings', 'c')).toMatchObject({ state: 'completed', files: 1 });
      expect(readFileSync(join(cluster.nodeFolder('c'), 'replicas/openings/current/first'), 'utf8')).toBe('e4');
      await cluster.add(toy('bare.1', 'ok', { labels: ['on-c'] }));
      expect((await closedItem('bare.1')).item.state).toBe('completed');
      expect(await synced('toy-games', 'home', 'c')).toMatchObject({ state: 'completed' });
      expect(syncRows('openings').filter(({ target, state }) => target === 'c' && state === 'completed')).toMatchObject([{ method: 'tar' }]);
      expect(syncRows('toy-games@c')).toMatchObject([{ source: 'c', target: 'home', method: 'tar', state: 'completed' }]);
    } finally {
      await restart(before);
    }
  }, 300_000);
});

/** 4 MiB of memory in the place of c's folder. Needs root and the right to mount: without it these tests fail and say so. */
describe('a full disk on a node', () => {
  let folder = '';
  beforeAll(async () => {
    folder = cluster.nodeFolder('c');
    const { uid, gid } = statSync(folder);
    renameSync(folder, `${folder}.kept`);
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=4m,nr_inodes=2000,uid=${uid},gid=${gid},mode=700`, 'ringmaster-test', folder]);
    killSessions('c');
    await nodeIs('c', 'alive');
  }, 120_000);
  afterAll(() => {
    if (folder !== '') execFileSync('umount', ['--lazy', folder]);
  });
  // Each begins with an empty disk, however the one before ended.
  afterEach(() => {
    execFileSync('sh', ['-c', `cd ${folder} && rm -rf replicas blobs jobs filler names`]);
  });
  const onC = { labels: ['on-c'] };

  it('that cannot take a dataset: sync.disk-full', async () => {
    writeFileSync(join(cluster.folder, 'big/blob'), randomBytes(8 * 1024 * 1024));
    const sync = await synced('big', 'c');
    expect(sync).toMatchObject({ state: 'failed', failure: { code: 'sync.disk-full', message: expect.stringMatching(sentence) as string } });
    if (sync.failure !== undefined) await expectExplained('sync/big/c', sync.failure);
    expect(filesBelow(join(folder, 'replicas/big/v'))).toEqual([]);
  }, 180_000);

  it('that cannot take an input: job.disk-full', async () => {
    const before = accepted();
    const input = placeInput(cluster, 'games.ndjson', randomBytes(6_000_000));
    await cluster.add(toy('full.input', 'ok', { ...onC, inputs: [input] }));
    await expectFailed('full.input', 'job.disk-full', { says: /No space left on device/ });
    expect(
      accepted().filter((path) => !path.includes(input.sha256)),
      'no wrong data',
    ).toEqual(before);
    expect(filesBelow(join(folder, 'blobs')).filter((path) => path.includes(input.sha256) && !path.includes('.in.'))).toEqual([]);
  }, 180_000);

  it('that a job fills: job.disk-full, though not even its last words could be written', async () => {
    const before = accepted();
    await cluster.add(shell('full.job', 'set -e; cat /dev/zero >output/games.ndjson; exit 1', onC));
    await expectFailed('full.job', 'job.disk-full', { says: /disk is full/ });
    expect(accepted(), 'no wrong data').toEqual(before);
  }, 180_000);

  const fill = () => execFileSync('sh', ['-c', `head -c 8000000 /dev/zero >${folder}/filler || true`], { stdio: 'ignore' });

  it('on which no job can start: job.disk-full at once, and an old start would be refused', async () => {
    fill();
    const before = accepted();
    const id = 'full.start';
    await cluster.add(toy(id, 'ok', { ...onC, payload: undefined, command: ['true'] }));
    await expectFailed(id, 'job.disk-full');
    expect(statSync(join(folder, 'filler')).size, 'the disk is full yet').toBeGreaterThan(3_000_000);
    expect(readlinkSync(join(folder, 'fences', id)), 'no start of epoch 1 any more').toBe('=2');
    expect(accepted(), 'no wrong data').toEqual(before);
  }, 180_000);

  it('on which not even that can be noted: the item is kept, explain says what it waits for, and it closes when there is room', async () => {
    fill();
    const names = join(folder, 'names');
    mkdirSync(names);
    // Until no inode is left.
    execFileSync('sh', ['-c', `cd ${names}; i=0; while ln -s x $i 2>/dev/null; do i=$((i + 1)); done`]);
    const id = 'full.names';
    await cluster.add(toy(id, 'ok', { ...onC, payload: undefined, command: ['true'] }));
    await cluster.until('explained', 90, async () =>
      /cannot stop; trying again.*Cannot stop full\.names\/1 on c because its disk is full; try freeing space there/.test(
        (await cluster.cli('explain', id)).stdout.replaceAll(/\s+/g, ' '),
      ),
    );
    expect((await cluster.item(id))?.item.state).toBe('claimed');
    execFileSync('rm', ['-rf', names]);
    await expectFailed(id, 'job.disk-full');
  }, 180_000);

  it('that has room again takes the next job', async () => {
    await cluster.add(toy('full.again', 'ok', onC));
    expect((await closedItem('full.again')).item.state).toBe('completed');
  }, 120_000);
});

function size(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Ended meanwhile.
  }
}
