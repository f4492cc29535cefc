/**
 * Measures claims and completions per second in one process, on real files, with the code that the ledger activities run (without Temporal).
 * Each item is claimed and then closed. Closing writes a summary to tasks.db and a row to work_queue.db.
 *   together   Claims come in batches of up to 100, as the dispatcher requests them. 20 jobs end at a time. Closes that are requested in one turn
 *              of the event loop share two transactions, as in the activity.
 *   alone      Claims one item, then closes the item. Nothing is shared, so each item needs three transactions.
 *   floor      Uses better-sqlite3 alone in the same run, with the same pragmas. Each of the three changes is one autocommit statement.
 * Usage: npx tsc -b src/storage && node bench/queue.mjs [items]
 */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimItems } from '../dist/src/storage/queue/claim-items.js';
import { closeJobs } from '../dist/src/storage/queue/close-job.js';
import { inBatches } from '../dist/src/storage/ledger/in-batches.js';
import { openLedgers } from '../dist/src/storage/ledger/ledgers.js';

const items = Number(process.argv[2] ?? 20_000);
const folder = mkdtempSync(join(tmpdir(), 'ringmaster-bench-'));
const outcome = { type: 'completed', result: { games: 25, wins: 12 }, files: [{ path: 'games.ndjson', bytes: 12_345, sha256: 'a'.repeat(64) }] };
const spec = (k) => ({
  id: `bench.1.self-play.${k}`,
  kind: 'self-play',
  priority: 10,
  owner: 'generation/bench/1',
  pipeline: 'bench',
  turn: 1,
  command: ['node', '{payload}/self-play.mjs'],
  env: {},
  request: { games: 25, firstGame: k * 25, prefix: 'bench.1', exploration: 0.2 },
  payload: { dataset: 'payload-bench', digest: 'b'.repeat(64) },
  inputs: [{ name: 'model', sha256: 'c'.repeat(64), bytes: 100_000 }],
  outputs: [{ path: 'games.ndjson', to: 'dataset:games-bench' }],
  seed: k,
  attemptsMax: 3,
  slots: 1,
  labels: [],
  limits: { runSecondsMax: 600, silentSecondsMax: 60 },
});
const nodes = (count, slots) =>
  Array.from({ length: count }, (_, k) => ({
    node: `n${k}`,
    state: 'alive',
    sinceMs: 0,
    route: 'gateway',
    slots,
    labels: [],
    evidence: '',
    observedAtMs: 0,
  }));

/**
 * Returns the items per second of wall-clock time, and the items per second of processor time. Other load on the machine does not change the rate per
 * processor time.
 */
const rates = (from, cpu) => {
  const used = process.cpuUsage(cpu);
  return { perSecond: Math.round(items / ((ms() - from) / 1000)), perCpuSecond: Math.round(items / ((used.user + used.system) / 1e6)) };
};
const ms = () => Number(process.hrtime.bigint()) / 1e6;
function timed(into, work) {
  const from = ms();
  const result = work();
  into.push(ms() - from);
  return result;
}
const quantile = (values, share) =>
  Number((values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0).toFixed(3));

/** Claims and closes all items on the nodes of `cluster`. `atOnce` jobs end at the same moment. */
async function measure(name, cluster, atOnce) {
  const ledgers = openLedgers(join(folder, name));
  for (let k = 0; k < items; k += 1000)
    ledgers.queue.enqueue(
      Array.from({ length: Math.min(1000, items - k) }, (_, j) => spec(k + j)),
      1,
    );
  const close = inBatches((closings) => closeJobs(ledgers, closings, Date.now()));
  const claims = [];
  const closes = [];
  const closeOne = async ({ job, node }) => {
    const from = ms();
    const { accepted } = await close({ job, node, outcome });
    closes.push(ms() - from);
    if (!accepted) throw new Error(`refused ${job.item}`);
  };
  const from = ms();
  const cpu = process.cpuUsage();
  for (let done = 0; done < items;) {
    const claimed = timed(claims, () => claimItems(ledgers.queue, { nodes: cluster, open: [], nowMs: Date.now() }));
    for (let k = 0; k < claimed.claims.length; k += atOnce) await Promise.all(claimed.claims.slice(k, k + atOnce).map(closeOne));
    done += claimed.claims.length;
  }
  const rate = rates(from, cpu);
  if (ledgers.queue.count('completed') !== items) throw new Error('not all completed');
  ledgers.close();
  return {
    ...rate,
    claimMs: { p50: quantile(claims, 0.5), p99: quantile(claims, 0.99), max: quantile(claims, 1) },
    closeMs: { p50: quantile(closes, 0.5), p99: quantile(closes, 0.99), max: quantile(closes, 1) },
  };
}

function floor() {
  const open = (name) => {
    const db = new Database(join(folder, name));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    return db;
  };
  const queue = open('floor-queue.db');
  const tasks = open('floor-tasks.db');
  queue.exec('CREATE TABLE items (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, state TEXT, epoch INTEGER DEFAULT 0, node TEXT, spec TEXT, outcome TEXT)');
  tasks.exec('CREATE TABLE jobs (item TEXT, epoch INTEGER, node TEXT, result TEXT, PRIMARY KEY (item, epoch)) WITHOUT ROWID');
  const add = queue.prepare(`INSERT INTO items (id, state, spec) VALUES (?, 'pending', ?)`);
  queue.transaction(() => {
    for (let k = 0; k < items; k += 1) add.run(`bench.1.self-play.${k}`, JSON.stringify(spec(k)));
  })();
  const claim = queue.prepare(`UPDATE items SET state = 'claimed', epoch = epoch + 1, node = ? WHERE seq = ?`);
  const close = queue.prepare(`UPDATE items SET state = 'completed', outcome = ? WHERE seq = ?`);
  const record = tasks.prepare('INSERT INTO jobs VALUES (?, 1, ?, ?)');
  const latencies = [];
  const from = ms();
  const cpu = process.cpuUsage();
  for (let k = 1; k <= items; k += 1) {
    timed(latencies, () => claim.run('n0', k));
    timed(latencies, () => record.run(`bench.1.self-play.${k}`, 'n0', JSON.stringify(outcome)));
    timed(latencies, () => close.run(JSON.stringify(outcome), k));
  }
  const rate = rates(from, cpu);
  queue.close();
  tasks.close();
  return { ...rate, statementMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max: quantile(latencies, 1) } };
}

try {
  const before = floor();
  const together = await measure('together', nodes(10, 10), 20);
  const alone = await measure('alone', nodes(1, 1), 1);
  console.log(JSON.stringify({ bench: 'queue', unit: 'claim + complete', items, together, alone, floor: before }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
