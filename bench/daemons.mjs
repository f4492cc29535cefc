/**
 * Measures 85 daemons on a real cluster: those of the catalogue, and planted ones that do a round each minute.
 *   daemons-up        time from the first connection that the server accepts until every daemon runs and has its workflow. `workersMs`: until the workers are up
 *   daemon-list-json  time of `ringmaster daemon list -o json`, compared with an empty program
 *   daemon-restart    time from a failed round to running, beyond the delay of one second
 *   daemons-idle      CPU time and resident memory of all processes, and the growth of the databases
 * Prints one JSON line for each measurement. Usage: node bench/daemons.mjs [seconds of idling]
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePorts } from './free-ports.mjs';
import { daemonRows } from '../dist/src/duty/catalogue.js';
import { quantile, roundRatio } from './transport/measure.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const cli = join(root, 'bin/ringmaster');
const all = 85;
const idleSeconds = Number(process.argv[2] ?? 120);
const restarts = 15;
const report = (line) => console.log(JSON.stringify(line));

async function until(what, look, limitMs = 120_000) {
  for (const endMs = performance.now() + limitMs; ; await sleep(50)) {
    const found = await look();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rm-bench-'));
const planted = join(folder, 'planted');
const state = join(folder, 'state');
const file = join(folder, 'cluster.yaml');
const [temporal, ui, http, ssh] = await freePorts(4);
mkdirSync(planted);
const ids = Array.from({ length: all - daemonRows.length }, (_, k) => `P${k}`);
const row = (id) => ({ id, summary: 'idles', critical: true, dependencies: ['EVENT_ROUTER'], intervalMs: 60_000 });
writeFileSync(join(planted, 'rows.json'), JSON.stringify(ids.map((id) => ({ ...row(id), ...(id === 'P0' ? { restMs: 100 } : {}) }))));
const make = (id, behaviour) => {
  writeFileSync(join(planted, `${id}.new`), behaviour);
  renameSync(join(planted, `${id}.new`), join(planted, id));
};
writeFileSync(
  file,
  stringify({
    cluster: `bench-${process.pid}`,
    state,
    temporal: { port: temporal, uiPort: ui },
    http: { port: http },
    nodes: [{ id: 'a', slots: 2, practice: { port: ssh } }],
    pipelines: [],
  }),
);
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'xdg') };
const upEnv = { ...env, RM_PLANTED: planted, NODE_OPTIONS: `--import=${join(root, 'test/support/planted/plant.mjs')}` };
const get = async (path) => (await fetch(`http://127.0.0.1:${http}${path}`)).json();
const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });

/** Returns when the workflow of each daemon was started, or nothing while the server does not list all of them. */
async function workflowStarts() {
  const connection = await Connection.connect({ address: `127.0.0.1:${temporal}` });
  const { namespace } = JSON.parse(readFileSync(join(state, 'run/cluster.json'), 'utf8')).config.temporal;
  const found = [];
  for await (const { startTime } of new Client({ connection, namespace }).workflow.list({ query: "WorkflowType='daemon'" }))
    found.push(startTime.getTime());
  await connection.close();
  return found.length === all && found;
}

const records = () => readdirSync(join(state, 'run')).filter((name) => /^(launcher|server|ledger|gateway|control)\.json$/.test(name));
const pids = () => records().map((name) => JSON.parse(readFileSync(join(state, 'run', name), 'utf8')).pid);
const ticksPerSecond = 100;
const cpuSeconds = () =>
  pids().reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }, 0);
const residentMiB = () =>
  pids().reduce((sum, pid) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024, 0);
const databases = ['temporal.db', 'data/work_queue.db', 'data/coordination/resource_state.db', 'data/coordination/events.db'];
const bytesOf = () =>
  Object.fromEntries(
    databases.map((name) => [
      name,
      [name, `${name}-wal`].reduce((sum, one) => sum + (statSync(join(state, one), { throwIfNoEntry: false })?.size ?? 0), 0),
    ]),
  );

try {
  const up = run(cli, ['up', '--file', file], { env: upEnv, timeout: 180_000 });
  await until('the server', () => accepts(temporal));
  const serverAtMs = Date.now();
  await up;
  const running = await until('all daemons', async () => {
    const daemons = await get('/daemons');
    return daemons.length === all && daemons.every((one) => one.state === 'running') && daemons;
  });
  const startedMs = await until('all workflows', workflowStarts);
  const value = Math.max(...running.map(({ sinceMs }) => sinceMs), ...startedMs) - serverAtMs;
  const workersMs = Math.min(...startedMs) - serverAtMs;
  report({ bench: 'daemons-up', unit: 'ms', value, workersMs, daemons: all });

  const [times, bare] = [[], []];
  const timed = (into, program, args) => {
    const at = performance.now();
    execFileSync(program, args, { env });
    into.push(performance.now() - at);
  };
  for (let k = 0; k < 21; k += 1) {
    timed(bare, process.execPath, ['-e', '0']);
    timed(times, cli, ['daemon', 'list', '--state', state, '-o', 'json']);
  }
  const [list, peer] = [quantile(times, 0.5), quantile(bare, 0.5)];
  report({
    bench: 'daemon-list-json',
    unit: 'ms',
    p50: Math.round(list),
    peer: 'bare node',
    peerP50: Math.round(peer),
    ratio: roundRatio(list / peer),
  });

  const delays = [];
  for (let k = 0; k < restarts; k += 1) {
    make('P0', 'throw internal.defect of the benchmark');
    const failed = await until('a failure', async () => {
      const daemon = await get('/daemons/P0');
      return daemon.state === 'backing-off' && daemon;
    });
    make('P0', 'well');
    const again = await until('a restart', async () => {
      const daemon = await get('/daemons/P0');
      return daemon.state === 'running' && daemon;
    });
    delays.push(again.sinceMs - failed.sinceMs - 1_000);
    // A restart by an operator forgives the failure, so the next delay is one second too.
    await run(cli, ['daemon', 'restart', 'P0', '--state', state], { env });
    await until('the end of the restart', async () => {
      const daemon = await get('/daemons/P0');
      return daemon.state === 'running' && daemon.restarts === 0;
    });
  }
  report({
    bench: 'daemon-restart',
    unit: 'ms beyond the delay',
    p50: Math.round(quantile(delays, 0.5)),
    max: Math.round(Math.max(...delays)),
    runs: restarts,
  });

  // P0 does ten rounds a second, so that a failure is soon found.
  await run(cli, ['daemon', 'stop', 'P0', '--state', state], { env });
  await sleep(10_000);
  const [cpuBefore, bytesBefore, fromMs] = [cpuSeconds(), bytesOf(), performance.now()];
  await sleep(idleSeconds * 1_000);
  const seconds = (performance.now() - fromMs) / 1_000;
  const cpu = (cpuSeconds() - cpuBefore) / seconds;
  const bytesAfter = bytesOf();
  const memory = residentMiB();
  const perDay = Object.fromEntries(
    databases.map((name) => [name, Math.round(((bytesAfter[name] - bytesBefore[name]) / seconds) * (86_400 / 1024 / 1024))]),
  );
  report({
    bench: 'daemons-idle',
    unit: 'share of a core, MiB RSS of all processes',
    cpu: roundRatio(cpu),
    memory: Math.round(memory),
    seconds: Math.round(seconds),
    daemons: all,
    growthMiBPerDay: perDay,
  });
} finally {
  await run(cli, ['down', '--state', state, '--purge'], { env, timeout: 120_000 }).catch((error) => console.error(String(error)));
  rmSync(folder, { recursive: true, force: true });
}
