/**
 * Measures the whole product on a live cluster of three practice nodes. The nodes have no resident worker, so every job goes over SSH.
 *   enqueue-to-running  latency from enqueue to a running process
 *   noop-jobs           no-op jobs per second, from enqueue to closed
 *   makespan            time that sleeping jobs take, compared with the least possible time
 *   status-json         time of `ringmaster status -o json`
 *   memory              resident memory of each process
 * Prints one JSON line for each measurement. Every wait has a limit. Stops and removes the cluster at the end.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePorts } from './free-ports.mjs';
import { quantile } from './transport/measure.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'rm-bench-'));
const cli = join(root, 'bin/ringmaster');
const report = (line) => console.log(JSON.stringify(line));

const [temporal, ui, http, ...ssh] = await freePorts(6);
const file = join(folder, 'cluster.yaml');
const state = join(folder, 'state');
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'xdg') };
writeFileSync(
  file,
  stringify({
    cluster: `bench-${process.pid}`,
    state,
    temporal: { port: temporal, uiPort: ui },
    http: { port: http },
    nodes: ['a', 'b', 'c'].map((id, at) => ({ id, slots: 2, practice: { port: ssh[at] } })),
    pipelines: [],
  }),
);

const get = async (path) => (await fetch(`http://127.0.0.1:${http}${path}`)).json();
const spec = (id, script) => ({
  id,
  kind: 'command',
  priority: 0,
  command: ['sh', '-c', script],
  env: {},
  request: {},
  inputs: [],
  outputs: [],
  seed: 1,
  attemptsMax: 1,
  slots: 1,
  labels: [],
  limits: { runSecondsMax: 120, silentSecondsMax: 120 },
});
const manifest = (result) => `echo '{"v":1,"files":[],"result":${result}}' >output/manifest.json`;
let client;
let batches = 0;
const enqueue = (items) =>
  client.workflow.execute('enqueue', { taskQueue: 'ringmaster', workflowId: `enqueue/bench-${(batches += 1)}`, args: [{ items }] });
/** Waits until the queue has no open item, then checks that the first and the last of `ids` completed. */
async function waitUntilClosed(ids, seconds) {
  for (const endAt = Date.now() + seconds * 1_000; ; await sleep(200)) {
    const { queue } = await get('/status');
    if (queue.pending + queue.claimed + queue.running === 0) break;
    if (Date.now() > endAt) throw new Error(`waited ${seconds} s; the queue still has ${JSON.stringify(queue)}`);
  }
  const facts = await Promise.all([ids[0], ids.at(-1)].map((id) => get(`/queue/${id}`)));
  if (facts.some(({ item }) => item.state !== 'completed'))
    throw new Error(`not completed: ${JSON.stringify(facts.map(({ item }) => [item.spec.id, item.state]))}`);
}

try {
  await run(cli, ['up', '--file', file], { env, timeout: 120_000 });
  client = new Client({ connection: await Connection.connect({ address: `127.0.0.1:${temporal}` }) });
  for (const endAt = Date.now() + 60_000; (await get('/status')).nodes.filter((node) => node.state === 'alive').length < 3; await sleep(200))
    if (Date.now() > endAt) throw new Error('the nodes did not come up');

  const latencies = [];
  for (let k = 0; k < 21; k += 1) {
    const id = `latency.${k}`;
    const beganAtMs = Date.now();
    await enqueue([spec(id, `now=$(date +%s%3N); echo "{\\"v\\":1,\\"files\\":[],\\"result\\":{\\"at\\":$now}}" >output/manifest.json`)]);
    await waitUntilClosed([id], 30);
    latencies.push((await get(`/queue/${id}`)).item.outcome.result.at - beganAtMs);
  }
  report({
    bench: 'enqueue-to-running',
    unit: 'ms',
    p50: quantile(latencies.slice(1), 0.5),
    max: Math.max(...latencies.slice(1)),
    runs: 20,
  });

  // 360 jobs are enough for a steady rate. The first hundred of them also warm up the just-in-time compiler.
  const noops = Array.from({ length: 360 }, (_, k) => spec(`noop.${k}`, manifest('{}')));
  const noopsAt = Date.now();
  await enqueue(noops);
  await waitUntilClosed(
    noops.map((item) => item.id),
    120,
  );
  report({
    bench: 'noop-jobs',
    unit: 'jobs/s',
    value: Number((noops.length / ((Date.now() - noopsAt) / 1_000)).toFixed(2)),
    jobs: noops.length,
    slots: 6,
  });

  // These are eight rounds of six jobs. The jobs of the first round start together, so they also end together. The ends of jobs spread out only after
  // several rounds. `firstHalf` covers the first four rounds.
  const sleeps = Array.from({ length: 48 }, (_, k) => spec(`sleep.${k}`, `sleep 10; ${manifest('{}')}`));
  const sleepsAt = Date.now();
  await enqueue(sleeps);
  await waitUntilClosed(
    sleeps.map((item) => item.id),
    180,
  );
  const ends = (await Promise.all(sleeps.map(({ id }) => get(`/queue/${id}`))))
    .map(({ item }) => item.changedAtMs - sleepsAt)
    .toSorted((a, b) => a - b);
  const share = (jobs) => Number((((jobs / 6) * 10_000) / ends[jobs - 1]).toFixed(3));
  report({
    bench: 'makespan',
    unit: 'bound/makespan',
    value: share(sleeps.length),
    firstHalf: share(sleeps.length / 2),
    boundSeconds: (sleeps.length / 6) * 10,
    makespanSeconds: Number((ends.at(-1) / 1_000).toFixed(2)),
  });

  // An empty program and `status` run alternately, so that other load on this machine slows both equally.
  const times = [];
  const bare = [];
  const timed = (into, program, args) => {
    const at = performance.now();
    execFileSync(program, args, { env });
    into.push(performance.now() - at);
  };
  for (let k = 0; k < 21; k += 1) {
    timed(bare, process.execPath, ['-e', '0']);
    timed(times, cli, ['status', '--state', state, '-o', 'json']);
  }
  report({
    bench: 'status-json',
    unit: 'ms',
    p50: Math.round(quantile(times, 0.5)),
    peer: 'bare node',
    peerP50: Math.round(quantile(bare, 0.5)),
    ratio: Number((quantile(times, 0.5) / quantile(bare, 0.5)).toFixed(2)),
  });

  const rss = (pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  const records = readdirSync(join(state, 'run')).filter((name) => /^(launcher|server|ledger|gateway|control)\.json$/.test(name));
  report({
    bench: 'memory',
    unit: 'MiB RSS',
    ...Object.fromEntries(records.map((name) => [name.replace('.json', ''), rss(JSON.parse(readFileSync(join(state, 'run', name), 'utf8')).pid)])),
  });
} finally {
  await client?.connection.close();
  await run(cli, ['down', '--state', state, '--purge'], { env, timeout: 60_000 }).catch((error) => console.error(String(error)));
  rmSync(folder, { recursive: true, force: true });
}
