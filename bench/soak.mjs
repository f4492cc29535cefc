/**
 * `npm run soak -- 30m` runs turns as fast as they go on a cluster of three practice nodes, with a payload that plays no game. Every 10 s it reads the
 * resident memory of each process and the size of each database. Every minute it prints them, and what the server says about its own memory. At the
 * end it prints one JSON line for each process and database: the first and the last size, and the slopes (`slopes.mjs`). Stops and removes the cluster
 * at the end.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { freePorts } from './free-ports.mjs';
import { growth } from './slopes.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const cli = join(root, 'bin/ringmaster');
const sampleMs = 10_000;
const warmUpMs = 60_000;
const MiB = 1024 * 1024;

const asked = /^(\d+)(s|m|h)$/.exec(process.argv[2] ?? '30m');
if (asked === null) {
  console.error('Cannot soak for this time because it is not a duration; try npm run soak -- 30m');
  process.exit(2);
}
const lengthMs = Number(asked[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[asked[2]];

const folder = mkdtempSync(join(tmpdir(), 'rm-soak-'));
const state = join(folder, 'state');
const file = join(folder, 'cluster.yaml');
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'xdg') };
const [temporal, ui, http, ...ssh] = await freePorts(6);
const stage = (kind) => ({ command: [process.execPath, '{payload}/toy.mjs', kind], run: '5m', silent: '60s', env: { TOY_MS: '50' } });
writeFileSync(
  file,
  stringify({
    cluster: `soak-${process.pid}`,
    state,
    temporal: { port: temporal, uiPort: ui },
    http: { port: http },
    nodes: ['a', 'b', 'c'].map((id, at) => ({ id, slots: 2, practice: { port: ssh[at] } })),
    pipelines: [
      {
        name: 'soak',
        payload: join(root, 'test/payload/toy'),
        turns: 0,
        games: { perTurn: 120, perItem: 20, windowTurns: 2 },
        selfPlay: stage('self-play'),
        train: stage('train'),
        evaluate: stage('evaluate'),
        gate: { pairsMax: 40, pairsPerItem: 20 },
      },
    ],
  }),
);

const status = async () => (await fetch(`http://127.0.0.1:${http}/status`)).json();

/** Returns the bytes of each process and of each database, by name. */
function sizes() {
  const found = {};
  for (const name of readdirSync(join(state, 'run')).filter((one) => /^[a-z-]+\.json$/.test(one) && !/^(cluster|launcher-state)\.json$/.test(one))) {
    try {
      const { pid } = JSON.parse(readFileSync(join(state, 'run', name), 'utf8'));
      const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      if (resident !== null && !name.startsWith('sshd-')) found[`memory ${name.slice(0, -'.json'.length)}`] = Number(resident[1]) * 1024;
    } catch {
      // The process is being started again, or the file belongs to no process.
    }
  }
  const add = (label, path) =>
    (found[label] = [path, `${path}-wal`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0));
  add('disk temporal.db', join(state, 'temporal.db'));
  for (const path of ledgers) add(`disk ${basename(path)}`, path);
  return found;
}

/** Returns the resident memory of each process, in MiB. */
const residentMiB = (found) =>
  Object.fromEntries(
    Object.entries(found).flatMap(([name, bytes]) =>
      name.startsWith('memory ') ? [[`${name.slice('memory '.length)}MiB`, Math.round(bytes / MiB)]] : [],
    ),
  );

/**
 * Returns what the server says about its own memory: the bytes that its heap holds, the workflow states in its cache, and its goroutines. The resident
 * memory alone cannot tell garbage from what is in use.
 */
async function serverMemory() {
  const { pid } = JSON.parse(readFileSync(join(state, 'run/server.json'), 'utf8'));
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const text = await (await fetch(`http://127.0.0.1:${words[words.indexOf('--metrics-port') + 1]}/metrics`)).text();
  const value = (start) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(start))
        ?.split(' ')
        .at(-1),
    );
  return {
    heapMiB: Math.round(value('memory_heap{service_name="history"') / MiB),
    heapInUseMiB: Math.round(value('memory_heapinuse{service_name="history"') / MiB),
    states: value('cache_usage{cache_type="mutablestate"'),
    goroutines: value('num_goroutines{service_name="history"'),
  };
}

const samples = [];
let ledgers = [];
let turn = 0;
try {
  await run(cli, ['up', '--file', file], { env, timeout: 300_000 });
  ledgers = JSON.parse((await run(cli, ['--state', state, 'ledger', 'list', '-o', 'json'], { env, timeout: 60_000 })).stdout).ledgers.map(
    ({ file: path }) => path,
  );
  await run(cli, ['--state', state, 'pipeline', 'run', 'soak', '--turns', '0'], { env, timeout: 60_000 });
  const beganAt = performance.now();
  while (performance.now() - beganAt < lengthMs) {
    await sleep(sampleMs);
    const at = performance.now() - beganAt;
    samples.push([at, sizes()]);
    if (samples.length % 6 === 0) {
      turn = (await status().catch(() => undefined))?.pipelines[0]?.turn ?? turn;
      const memory = await serverMemory().catch(() => undefined);
      console.log(JSON.stringify({ soak: 'server', minutes: Math.round(at / 6_000) / 10, turn, ...memory, ...residentMiB(samples.at(-1)[1]) }));
    }
  }
  const { pipelines, queue } = await status();
  console.log(
    JSON.stringify({
      soak: 'load',
      minutes: Math.round(lengthMs / 6_000) / 10,
      turns: pipelines[0]?.turn,
      games: pipelines[0]?.games,
      completed: queue.completed,
      failed: queue.dead,
    }),
  );
  for (const line of growth(samples, Math.min(warmUpMs, lengthMs / 4))) console.log(JSON.stringify(line));
} finally {
  try {
    execFileSync(cli, ['--state', state, 'down', '--purge'], { env, stdio: 'ignore', timeout: 180_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
