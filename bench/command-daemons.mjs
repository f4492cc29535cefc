/**
 * Measures 85 command daemons on a resident node, beside the same programs under other supervisors (`supervisor-peers.mjs`), in the same run.
 *   command-daemon-peers     the same figures of the peers
 *   command-daemons-up       time from the first answer of control until every program runs for the first time, in the order of their needs. `againMs`: time from a
 *                            request to start all of them, after a stop. `peers` has the time of each peer from its own start
 *   command-daemon-restart   time from the death of a program to its next start, beyond the delay of one second
 * A peer that cannot be fetched is named in the line, with the reason. Prints one JSON line for each measurement. Usage: node bench/command-daemons.mjs
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { freePorts } from './free-ports.mjs';
import { peers } from './supervisor-peers.mjs';
import { quantile, roundRatio } from './transport/measure.mjs';

const run = promisify(execFile);
const cli = join(import.meta.dirname, '..', 'bin/ringmaster');
const all = 85;
/** The brake on restarts holds the eleventh restart of a minute back. */
const restarts = 9;
const brakeMs = 61_000;
const backoffMs = 1_000;
const report = (line) => console.log(JSON.stringify(line));

const folder = mkdtempSync(join(tmpdir(), 'rm-bench-'));
chmodSync(folder, 0o755);
const marks = join(folder, 'marks');
mkdirSync(marks);
chmodSync(marks, 0o777);
mkdirSync(join(folder, 'programs'));
const state = join(folder, 'state');

/** A program that writes its pid into the file of its name, and then runs for ever. */
const programOf = (id) => {
  const file = join(folder, 'programs', id);
  writeFileSync(file, `#!/bin/sh\necho $$ >${join(marks, id)}\nexec sleep 1000000\n`);
  chmodSync(file, 0o755);
  return { id, file };
};
/** Five programs that need none, 20 that need one of these, and 60 that need one of the 20. */
const needsOf = (k) => (k < 5 ? [] : k < 25 ? [`d${k % 5}`] : [`d${5 + (k % 20)}`]);
const programs = Array.from({ length: all }, (_, k) => programOf(`d${k}`));
const agentless = Array.from({ length: restarts }, (_, k) => programOf(`e${k}`));

async function until(what, look, limitMs = 180_000) {
  for (const endMs = performance.now() + limitMs; ; await sleep(5)) {
    const found = await look();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
  }
}
const pidOf = (id) => Number(readFileSync(join(marks, id), 'utf8').trim());
const begun = (prefix) => readdirSync(marks).filter((name) => name.startsWith(prefix)).length;
const clear = () => {
  for (const name of readdirSync(marks)) rmSync(join(marks, name));
};
/** Returns how long each of these programs is away after its death. */
async function deathsOf(ids) {
  const times = [];
  for (const id of ids) {
    const pid = pidOf(id);
    const atMs = performance.now();
    process.kill(pid, 'SIGKILL');
    await until(`the next start of ${id}`, () => {
      const next = pidOf(id);
      return next > 0 && next !== pid;
    });
    times.push(performance.now() - atMs);
  }
  return times;
}
const p50 = (times) => Math.round(quantile(times, 0.5));

/** Measures a peer. Returns its figures, or the reason why there are none. */
async function measured(name, { fetch, start, order }) {
  const own = join(folder, name);
  mkdirSync(own);
  let stop;
  try {
    const peer = await fetch();
    clear();
    const atMs = performance.now();
    const starting = start(peer, own, programs);
    starting.then((end) => (stop = end)).catch(() => undefined);
    await Promise.race([starting.then(() => new Promise(() => undefined)), until(`the programs of ${name}`, () => begun('d') === all)]);
    const upMs = Math.round(performance.now() - atMs);
    await starting;
    await sleep(2_000);
    return { order, upMs, restartMs: p50(await deathsOf(programs.slice(0, restarts).map(({ id }) => id))) };
  } catch (error) {
    return { failed: String(error.message ?? error).split('\n')[0] };
  } finally {
    await stop?.();
  }
}

const [temporal, ui, http, sshA, sshB] = await freePorts(5);
const file = join(folder, 'cluster.yaml');
writeFileSync(
  file,
  stringify({
    cluster: `bench-${process.pid}`,
    state,
    temporal: { port: temporal, uiPort: ui },
    http: { port: http },
    nodes: [
      { id: 'a', slots: 2, worker: 'resident', practice: { port: sshA } },
      { id: 'b', slots: 2, practice: { port: sshB } },
    ],
    pipelines: [],
    daemons: [
      ...programs.map(({ id, file: program }, k) => ({ id, command: [program], node: 'a', needs: needsOf(k) })),
      ...agentless.map(({ id, file: program }) => ({ id, command: [program], node: 'b' })),
    ],
  }),
);
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'xdg') };
const ringmaster = (...args) => run(cli, args, { env, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
const daemons = async () => (await (await fetch(`http://127.0.0.1:${http}/daemons`)).json()).filter(({ id }) => /^[de]\d+$/.test(id));

try {
  const others = {};
  for (const [name, peer] of Object.entries(peers)) others[name] = await measured(name, peer);
  report({ bench: 'command-daemon-peers', unit: 'ms', peers: others });
  clear();
  const upped = ringmaster('up', '--file', file);
  const answers = () =>
    daemons().then(
      () => true,
      () => false,
    );
  await Promise.race([until('the first answer of control', answers), upped.then(() => new Promise(() => undefined))]);
  const answeredMs = performance.now();
  await until('the programs', () => begun('d') === all);
  const value = Math.round(performance.now() - answeredMs);
  await upped;
  const ids = [...programs, ...agentless].map(({ id }) => id);
  await until('all daemons', async () => (await daemons()).filter((one) => one.state === 'running').length === ids.length);
  await ringmaster('daemon', 'stop', ...ids, '--state', state);
  await until('the end of all daemons', async () => (await daemons()).every((one) => one.state === 'stopped'));
  clear();
  const atMs = performance.now();
  const started = ringmaster('daemon', 'start', ...programs.map(({ id }) => id), '--state', state);
  await until('the programs', () => begun('d') === all);
  const againMs = Math.round(performance.now() - atMs);
  await started;
  await until('all daemons again', async () => (await daemons()).filter((one) => one.state === 'running').length === all);
  const fastest = Math.min(...[others.pm2, others.supervisord].map(({ upMs = Infinity }) => upMs));
  const ratioOf = (ms) => (Number.isFinite(fastest) ? roundRatio(ms / fastest) : undefined);
  const [ratio, againRatio] = [value, againMs].map(ratioOf);
  const shownMs = Math.round(performance.now() - atMs);
  report({ bench: 'command-daemons-up', unit: 'ms', value, ratio, againMs, againRatio, shownMs, daemons: all, peers: others });

  await ringmaster('daemon', 'start', ...agentless.map(({ id }) => id), '--state', state);
  await until('the programs of the second node', () => begun('e') === agentless.length);
  await until('all daemons of both nodes', async () => (await daemons()).every((one) => one.state === 'running'));
  for (const [form, some] of Object.entries({ resident: programs.slice(-restarts), agentless })) {
    await sleep(brakeMs);
    const times = (await deathsOf(some.map(({ id }) => id))).map((ms) => ms - backoffMs);
    report({
      bench: 'command-daemon-restart',
      form,
      unit: 'ms beyond the delay',
      p50: p50(times),
      max: Math.round(Math.max(...times)),
      runs: times.length,
      peers: Object.fromEntries(Object.entries(others).map(([name, { restartMs, failed }]) => [name, restartMs ?? failed])),
    });
  }
} finally {
  await ringmaster('down', '--state', state, '--purge').catch((error) => console.error(String(error)));
  rmSync(folder, { recursive: true, force: true });
}
