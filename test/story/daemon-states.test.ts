/**
 * SIGKILL ends control, the ledger worker, the gateway, a node's worker and the server, each while daemons are in every state of the lifecycle. Each
 * daemon is in its state again afterwards. The table has a row for each state. Planted daemons are brought into their states and held there.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonState, daemonStates, type DaemonView } from '../../src/domain/daemon/daemon.ts';
import { blameMs } from '../../src/domain/daemon/lifecycle.ts';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { daemonChanges, recordFaults } from '../support/daemon-record.ts';
import { eventually } from '../support/eventually.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { isAlive } from '../support/processes.ts';
import { plantDaemons, plantedRow } from '../support/planted/planted.ts';

const victims = ['gateway', 'node worker', 'control', 'ledger', 'server'] as const;
type Victim = (typeof victims)[number];
type Seen = Readonly<Record<string, DaemonView>>;

interface Row {
  readonly id: string;
  /** Brings the daemon into its state. */
  readonly prepare?: () => Promise<unknown>;
  /** True when the daemon is in its state. */
  readonly isThere: (daemon: DaemonView) => boolean;
  /** True when the daemon has resumed its state after the kill. `before` is the daemon before the kill. */
  readonly hasResumed: (daemon: DaemonView, before: DaemonView, killedAtMs: number) => boolean;
}

const is =
  (state: DaemonState) =>
  (daemon: DaemonView): boolean =>
    daemon.state === state;
const unchanged = (daemon: DaemonView, before: DaemonView): boolean => daemon.state === before.state && daemon.sinceMs === before.sinceMs;
const worksAgain = (daemon: DaemonView, before: DaemonView, killedAtMs: number): boolean =>
  daemon.state === before.state && (daemon.health?.atMs ?? 0) > killedAtMs;
const order = (verb: string, id: string): Promise<unknown> => cluster.cli('daemon', verb, id);

/** A daemon in each state. */
const table: Readonly<Record<DaemonState, Row>> = {
  stopped: { id: 'STOPPED', isThere: is('stopped'), hasResumed: unchanged },
  waiting: { id: 'WAITING', isThere: is('waiting'), hasResumed: unchanged },
  starting: {
    id: 'STARTING',
    // A round that hangs has failed after 5 s, and the daemon starts again, with more time. Each victim finds a daemon that has not failed yet.
    prepare: () => order('restart', 'STARTING'),
    isThere: is('starting'),
    hasResumed: is('starting'),
  },
  running: { id: 'RUNNING', isThere: is('running'), hasResumed: worksAgain },
  degraded: { id: 'DEGRADED', isThere: is('degraded'), hasResumed: worksAgain },
  'backing-off': {
    id: 'BACKING',
    prepare: () => order('reset', 'BACKING'),
    isThere: ({ state, restarts }) => state === 'backing-off' && restarts >= 3,
    // The count of the failures goes on, so the delays do.
    hasResumed: ({ state, restarts }, before) => state === 'backing-off' && restarts > before.restarts,
  },
  failed: { id: 'FAILED', isThere: is('failed'), hasResumed: unchanged },
  stopping: {
    id: 'STOPPING',
    prepare: () => order('start', 'STOPPING'),
    isThere: is('running'),
    hasResumed: is('stopped'),
  },
};
const rows = Object.values(table).map(({ id }) =>
  plantedRow(id, { dependencies: [id === 'WAITING' ? 'STOPPED' : 'EVENT_ROUTER'], critical: id !== 'BACKING' && id !== 'FAILED' }),
);
const folder = mkdtempSync(join(tmpdir(), 'rm-planted-'));
const planted = plantDaemons(folder, rows);
let cluster: LiveCluster;
let client: Client;

/** Returns undefined while control is away. */
const look = async (): Promise<Seen | undefined> => {
  try {
    return Object.fromEntries(((await cluster.get('/daemons')) as readonly DaemonView[]).map((one) => [one.id, one]));
  } catch {
    return undefined;
  }
};
const lookUntil = (what: string, isRight: (seen: Seen) => readonly string[]): Promise<Seen> => {
  let missing: readonly string[] = [];
  return eventually(
    what,
    async () => {
      const seen = await look();
      if (seen === undefined) return undefined;
      missing = isRight(seen);
      return missing.length === 0 && seen;
    },
    { limitMs: 90_000, everyMs: 100, lastSeen: () => missing.join('; ') },
  );
};
const stateOf = (state: DaemonState, { id }: Row, seen: Seen): string => `${state}: ${id} is ${seen[id]?.state}, with ${seen[id]?.restarts} restarts`;

beforeAll(async () => {
  planted.make('STARTING', 'hang');
  planted.make('DEGRADED', 'unwell the disk is slow');
  planted.make('BACKING', 'throw ledger.busy another process has the lock');
  planted.make('FAILED', 'throw internal.defect the model file has no header');
  cluster = await makeCluster({ nodes: (await labelledNodes(2)).slice(0, 1), env: planted.env });
  await cluster.up();
  client = new Client({ connection: await Connection.connect({ address: (await cluster.status()).temporalAddress }) });
  await order('stop', 'STOPPED');
});
afterAll(async () => {
  await (client as Client | undefined)?.connection.close();
  await (cluster as LiveCluster | undefined)?.destroy();
  rmSync(folder, { recursive: true });
});

const pidOf = (victim: Victim): number =>
  victim === 'node worker' ? Number(readFileSync(join(cluster.nodeFolder('a'), 'worker/pid'), 'utf8')) : cluster.pid(victim);

describe.each(victims)('SIGKILL of the %s', (victim) => {
  it('each daemon resumes its state', async () => {
    // A failure that is this near to a death of EVENT_ROUTER counts as its fault, and is forgiven when it is back.
    const failedAtMs = (await look())?.['FAILED']?.failure?.atMs ?? 0;
    if (victim === 'ledger' || victim === 'server')
      await eventually('an old failure', () => Date.now() - failedAtMs > blameMs, { limitMs: 2 * blameMs });
    for (const { prepare } of Object.values(table)) await prepare?.();
    const before = await lookUntil('each state', (seen) =>
      daemonStates.flatMap((state) => {
        const row = table[state];
        const daemon = seen[row.id];
        return daemon !== undefined && row.isThere(daemon) ? [] : [stateOf(state, row, seen)];
      }),
    );
    const pid = pidOf(victim);
    const killedAtMs = Date.now();
    const stop = order('stop', 'STOPPING');
    process.kill(pid, 'SIGKILL');
    // The request for the stop may have died with the server. The operator then repeats it.
    await stop;
    await eventually(`${victim} is back`, () => pidOf(victim) !== pid && isAlive(pidOf(victim)), { limitMs: 90_000 });
    await eventually('the stop is accepted', async () => ((await order('stop', 'STOPPING')) as { code: number }).code === 0, { limitMs: 60_000 });
    const after = await lookUntil(`each state again`, (seen) =>
      daemonStates.flatMap((state) => {
        const row = table[state];
        const [now, then] = [seen[row.id], before[row.id]];
        return now !== undefined && then !== undefined && row.hasResumed(now, then, killedAtMs) ? [] : [stateOf(state, row, seen)];
      }),
    );
    expect(Object.keys(after)).toHaveLength(daemonRows.length + rows.length);
  });
});

it('through all of this, each daemon had one runner, and no restart without a grant', async () => {
  expect(await recordFaults(client, [...daemonRows, ...rows], await daemonChanges(cluster))).toEqual([]);
});
