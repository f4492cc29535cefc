/**
 * A day of 85 daemons, with a clock that jumps. The workflows, the rounds, the ledger and the event log are real. The duties are fake, and the looks at the
 * daemons only take their time, because a real look waits by the clock of this machine.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Context } from '@temporalio/activity';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import { type DaemonManagerInput, workflowIds } from '../../src/contract/workflows.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { newManaged } from '../../src/domain/daemon/manager.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { EventPump } from '../../src/storage/event/event-pump.ts';
import { openActivityEventsMax } from '../../workflows/isolate/limits.ts';
import { readerOf } from '../storage/event/pumped.ts';
import { type LedgerHarness, ledgerHarness } from '../storage/state-folder.ts';
import { FakeCluster } from '../support/time-skipping.ts';

const minute = 60_000;
const hour = 60 * minute;
const hours = 24;
const parts = 4;
const daemons = 85;
/** These daemons ask for a round each quarter of an hour, and fail once in three rounds. A daemon at rest does a round of its own each hour. */
const busy: readonly string[] = ['D1', 'D2'];
const failsEvery = 3;
/** The log reaches this number of events before noon. */
const eventsMax = 150;
/** One event takes about 700 bytes in the log, with its indexes. The rest is for tables that do not grow with the number of events. */
const eventsBytesMax = eventsMax * 1_500 + 300_000;
const historyBytesMax = 1_000_000;
const memoryGrowthMaxMiB = 48;
const heapGrowthMaxMiB = 8;
/** The heartbeats of a look come well within the limit of its activity. */
const beatMs = 25_000;

const rows = Array.from({ length: daemons }, (_, k): DaemonRow => ({
  id: `D${k}`,
  summary: 'works',
  critical: k % 3 === 0,
  dependencies: k === 0 ? [] : ['D0'],
  intervalMs: 15 * minute,
  executor: 'round',
}));

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterAll(async () => {
  await cluster?.reset();
  await cluster?.stop();
});

it('over a day of 85 daemons, the histories, the carried state, the ledger, the event log and the memory do not grow', async () => {
  const on = ledgerHarness();
  const rounds = new Map(rows.map(({ id }) => [id, 0]));
  cluster.answer(activitiesOf(on, rounds));
  const input: DaemonManagerInput = { v: 1, group: { daemons: rows.map((row) => newManaged(row)), orders: [], grantedAtMs: [] } };
  await cluster.start('daemonManager', workflowIds.daemonManager, input);
  for (const { id } of rows) cluster.adopt(workflowIds.daemon(id));
  const measured: Measured[] = [];
  for (let part = 0; part < parts; part += 1) {
    await cluster.env.sleep((hours / parts) * hour);
    cluster.forgetCalls();
    measured.push(await measure(on));
  }
  for (const [daemon, count] of rounds) expect(count, `rounds of ${daemon}`).toBeGreaterThan(busy.includes(daemon) ? hours * 4 : hours - 2);
  const all = [workflowIds.daemonManager, ...rows.map(({ id }) => workflowIds.daemon(id))];
  for (const { workflowId, status, historyLength } of await Promise.all(all.map((id) => cluster.env.client.workflow.getHandle(id).describe()))) {
    expect(status.name, workflowId).toBe('RUNNING');
    expect(historyLength, workflowId).toBeLessThan(openActivityEventsMax);
  }
  const { log, types } = readerOf(on).eventStats();
  const published = types.reduce((sum, { events }) => sum + events, 0);
  expect(published, 'events that happened').toBeGreaterThan(2 * eventsMax);
  expect(log.events, 'events in the log').toBeLessThanOrEqual(eventsMax);
  const [, noon, , midnight] = measured;
  if (noon === undefined || midnight === undefined) throw new Error('the day has four parts');
  const said = JSON.stringify(measured);
  expect(midnight.events, said).toBeLessThan(eventsBytesMax);
  expect(midnight.resources, said).toBeLessThanOrEqual(noon.resources);
  expect(midnight.historyBytes, said).toBeLessThan(historyBytesMax);
  expect(midnight.carriedBytes, said).toBeLessThan(noon.carriedBytes * 1.05);
  expect(midnight.heapMiB - noon.heapMiB, said).toBeLessThan(heapGrowthMaxMiB);
  expect(midnight.memoryMiB - noon.memoryMiB, said).toBeLessThan(memoryGrowthMaxMiB);
}, 300_000);

/** The activities by the clock of the test server. After each, the events go to the log. */
function activitiesOf(on: LedgerHarness, rounds: Map<string, number>): Partial<LedgerActivities> {
  const { folder: state, ledgers, clock, dependencies } = on;
  const retention = { ageMs: 2 * hours * hour, eventsMax };
  const pump = new EventPump({ state, ledgers, door: dependencies.events, retention, now: () => clock.nowMs });
  const roundOf = async (daemon: string): Promise<Worked> => {
    const round = (rounds.get(daemon) ?? 0) + 1;
    rounds.set(daemon, round);
    if (busy.includes(daemon) && round % failsEvery === 0)
      throw new RingmasterError('ledger.busy', { cannot: 'work', because: 'of the test', hint: { say: 'again' } });
    const health = { healthy: true, message: 'well', details: { round } };
    return { health, memory: { round }, steps: [], ...(busy.includes(daemon) ? { restMs: 15 * minute } : {}) };
  };
  const duties = { rows, rounds: new Map(rows.map(({ id }) => [id, () => roundOf(id)])), processes: new Map() };
  const { readDaemons, noteBrake, recordDaemon, recordDaemons, beginRounds, workDaemon } = createLedgerActivities({ ...dependencies, duties });
  const timed =
    <Input, Result>(activity: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      clock.nowMs = Math.max(clock.nowMs, Context.current().info.currentAttemptScheduledTimestampMs);
      const result = await activity(input);
      while (pump.step() === true);
      return result;
    };
  return {
    readDaemons,
    noteBrake: timed(noteBrake),
    recordDaemon: timed(recordDaemon),
    recordDaemons: timed(recordDaemons),
    beginRounds: timed(beginRounds),
    workDaemon: timed((input: Parameters<typeof workDaemon>[0]) => workDaemon(input)),
    lookAtDaemons: async ({ maxMs }) => {
      const { info, cancelled } = Context.current();
      const { env } = cluster;
      for (let leftMs = maxMs; leftMs > 0; leftMs -= beatMs) {
        await env.client.workflowService.recordActivityTaskHeartbeat({ namespace: 'default', taskToken: info.taskToken });
        await Promise.race([env.sleep(Math.min(beatMs, leftMs)), cancelled]);
      }
      return { looks: 0, wakes: 0 };
    },
  };
}

interface Measured {
  readonly heapMiB: number;
  readonly memoryMiB: number;
  readonly events: number;
  readonly resources: number;
  readonly historyBytes: number;
  readonly carriedBytes: number;
}

async function measure({ ledgers: { paths } }: LedgerHarness): Promise<Measured> {
  const histories = await Promise.all(
    [workflowIds.daemonManager, ...busy.map((id) => workflowIds.daemon(id))].map(async (id) => {
      const { events = [] } = await cluster.env.client.workflow.getHandle(id).fetchHistory();
      const carried = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? [];
      return { bytes: JSON.stringify(events).length, carried: carried.length };
    }),
  );
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, rss } = process.memoryUsage();
  const miB = (bytes: number): number => Math.round(bytes / 2 ** 20);
  return {
    heapMiB: miB(heapUsed),
    memoryMiB: miB(rss),
    events: bytesOf(paths.events),
    resources: bytesOf(paths.resources),
    historyBytes: Math.max(...histories.map(({ bytes }) => bytes)),
    carriedBytes: histories.reduce((sum, { carried }) => sum + carried, 0),
  };
}

/** Returns the bytes of the pages of a ledger, also of those that are only in its log. */
function bytesOf(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return Number(database.pragma('page_count', { simple: true })) * Number(database.pragma('page_size', { simple: true }));
  } finally {
    database.close();
  }
}
