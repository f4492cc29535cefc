/**
 * The failures of daemons that the runbooks name, on a real cluster: the four failure patterns of daemon-failure-recovery, and the issues "won't start",
 * "keeps restarting" and "events not delivered" of daemon-troubleshooting. Each time `daemon show` and `explain` name the true cause. Planted daemons
 * fail as their files say.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carriesDependants, type DaemonView } from '../../src/domain/daemon/daemon.ts';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { daemonChanges, recordFaults } from '../support/daemon-record.ts';
import { eventually } from '../support/eventually.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { plantDaemons, plantedRow } from '../support/planted/planted.ts';

const rows = ['COLD', 'CRASHING', 'UNWELL', 'HUNG', 'LETHAL'].map((id) => plantedRow(id, { critical: id === 'UNWELL' }));
/** Asks for no round of its own, so its workflow rests and the ledger looks at it. */
const { restMs: _restMs, ...resting } = plantedRow('RESTING', { intervalMs: 2_000 });
const folder = mkdtempSync(join(tmpdir(), 'rm-planted-'));
const planted = plantDaemons(folder, [...rows, resting]);
let cluster: LiveCluster;
let client: Client;
beforeAll(async () => {
  planted.make('COLD', 'throw config.invalid port 4000 is in use');
  planted.make('UNWELL', 'unwell 7 of the last 10 files are older than a day');
  cluster = await makeCluster({ nodes: (await labelledNodes(2)).slice(1, 2), env: planted.env });
  await cluster.up();
  client = new Client({ connection: await Connection.connect({ address: (await cluster.status()).temporalAddress }) });
});
afterAll(async () => {
  await (client as Client | undefined)?.connection.close();
  await (cluster as LiveCluster | undefined)?.destroy();
  rmSync(folder, { recursive: true });
});

const becomes = (id: string, state: DaemonView['state'], more: (daemon: DaemonView) => boolean = () => true): Promise<true> => {
  let last: unknown;
  return eventually(
    `${id} is ${state}`,
    async () => {
      const daemon = await cluster.daemon(id);
      last = daemon;
      return daemon.state === state && more(daemon);
    },
    { limitMs: 60_000, everyMs: 100, lastSeen: () => JSON.stringify(last) },
  );
};
const saidOf = async (id: string): Promise<{ readonly show: string; readonly explain: string }> => ({
  show: (await cluster.cli('daemon', 'show', id)).stdout,
  explain: (await cluster.cli('explain', id)).stdout,
});

it('health check failure: the daemon is degraded, with the message and the details of its duty', async () => {
  await becomes('UNWELL', 'degraded');
  const { show, explain } = await saidOf('UNWELL');
  expect(show).toMatch(/degraded for .*: 7 of the last 10 files are older than a day/);
  expect(show).toContain('    planted: 1');
  expect(explain).toContain('It is degraded because 7 of the last 10 files are older than a day.');
});

it('crash loop: the daemon backs off again and again, with the number of failures and the last failure', async () => {
  await becomes('CRASHING', 'running');
  planted.make('CRASHING', 'throw internal.defect the model file has no header');
  await becomes('CRASHING', 'backing-off', ({ restarts }) => restarts >= 3);
  const { show, explain } = await saidOf('CRASHING');
  expect(show).toMatch(/failures in a row: [345]/);
  expect(show).toContain('the model file has no header');
  expect(show).toMatch(/next: starts again in \d+ s/);
  expect(explain).toMatch(/It is backing-off because its work failed: .*the model file has no header/);
  expect(explain).toMatch(/It has failed [345] times since it last ran for two minutes without a failure\./);
  planted.make('CRASHING', 'well');
  await becomes('CRASHING', 'running');
});

it('a daemon that rests is looked at: its last round is new, its workflow has no event, and a failure is soon known', async () => {
  await becomes('RESTING', 'running');
  const lastRoundMs = async (): Promise<number> => (await cluster.daemon('RESTING')).health?.atMs ?? 0;
  const looked = async (): Promise<void> => {
    const before = await lastRoundMs();
    await eventually('RESTING was looked at', async () => (await lastRoundMs()) > before, { limitMs: 60_000 });
  };
  const events = async (): Promise<number> => (await client.workflow.getHandle('daemon/RESTING').describe()).historyLength;
  await looked();
  const before = await events();
  await looked();
  await looked();
  expect(await events()).toBe(before);
  planted.make('RESTING', 'throw internal.defect the last file cannot be read');
  await becomes('RESTING', 'backing-off');
  expect((await cluster.daemon('RESTING')).failure?.record.message).toContain('the last file cannot be read');
  planted.make('RESTING', 'well');
  await becomes('RESTING', 'running');
});

it("daemon won't start, because a daemon that it needs was stopped: both are named, with the operator and the reason", async () => {
  await cluster.cli('daemon', 'stop', 'EVALUATION', '--reason', 'the GPU is lent');
  await becomes('AUTO_PROMOTION', 'waiting');
  const { show, explain } = await saidOf('AUTO_PROMOTION');
  expect(show).toMatch(/waiting for .*: it needs EVALUATION\n {2}next: starts when EVALUATION runs/);
  expect(explain).toMatch(/It needs EVALUATION, which is stopped because .* stopped it \(the GPU is lent\)\./);
  await cluster.cli('daemon', 'start', 'EVALUATION');
  await becomes('AUTO_PROMOTION', 'running');
});

it('startup failure: the daemon has never run, fails after five restarts, and says why; a reset starts it when the cause is mended', async () => {
  await becomes('COLD', 'failed');
  expect((await daemonChanges(cluster)).filter(({ daemon, to }) => daemon === 'COLD' && to === 'running')).toEqual([]);
  const { show, explain } = await saidOf('COLD');
  expect(show).toMatch(/failed for .*: its work failed: .*port 4000 is in use/);
  expect(show).toContain('next: stays failed until ringmaster daemon reset COLD');
  expect(explain).toMatch(/It is failed because its work failed: .*port 4000 is in use/);
  expect(explain).toContain('config.invalid');
  planted.make('COLD', 'well');
  await cluster.cli('daemon', 'reset', 'COLD');
  await becomes('COLD', 'running');
});

it('daemon keeps restarting, because its round never ends: a hang is named as a hang', async () => {
  await becomes('HUNG', 'running');
  planted.make('HUNG', 'hang');
  await becomes('HUNG', 'backing-off', ({ failure }) => failure?.kind === 'hung');
  const { show, explain } = await saidOf('HUNG');
  expect(show).toContain('a round of its work did not end in time');
  expect(explain).toContain('Its process lives, but a round of its work did not end in time.');
  planted.make('HUNG', 'well');
  await becomes('HUNG', 'running');
});

it('daemon keeps restarting, because a process holds the lock of a database: the ledger and the lock are named', async () => {
  await becomes('CRASHING', 'running');
  const file = ledgerPaths(cluster.state).resources;
  const db = new Database(file);
  db.exec('BEGIN IMMEDIATE');
  try {
    await eventually(
      'a daemon backs off',
      async () => {
        const { memo: _memo, searchAttributes } = await client.workflow.getHandle('daemon/CRASHING').describe();
        return searchAttributes['LifecycleState']?.[0] === 'backing-off';
      },
      { limitMs: 60_000 },
    );
  } finally {
    db.exec('ROLLBACK');
    db.close();
  }
  // The ledger learns of the failure when the lock is gone.
  await becomes('CRASHING', 'running', ({ failure }) => failure?.record.code === 'ledger.busy');
  const { show, explain } = await saidOf('CRASHING');
  expect(show).toMatch(/last failure, .*another process holds the write lock.*resource_state\.db/);
  expect(explain).toContain('ledger.busy');
});

it('daemon keeps restarting, because its process dies: the death, the process and the daemons that it took along are named', async () => {
  await becomes('LETHAL', 'running');
  const before = cluster.pid('ledger');
  const known = (await daemonChanges(cluster)).length;
  planted.make('LETHAL', 'exit');
  await eventually('the ledger worker died', () => cluster.pid('ledger') !== before, { limitMs: 60_000 });
  planted.make('LETHAL', 'well');
  await becomes('EVENT_ROUTER', 'running', ({ failure }) => failure?.kind === 'gone');
  // LETHAL notices the death later than the router when its heartbeats are rarer. Its events reach the log when the new ledger worker runs.
  const lost = await eventually(
    'LETHAL left running',
    async () => (await daemonChanges(cluster)).slice(known).find(({ daemon, from }) => daemon === 'LETHAL' && from === 'running'),
    { limitMs: 60_000, everyMs: 500 },
  );
  expect(lost.because).toMatch(/^it needs EVENT_ROUTER$|^its work was lost/);
  await becomes('LETHAL', 'running', ({ sinceMs, health }) => (health?.atMs ?? 0) >= sinceMs);
  const { show, explain } = await saidOf('EVENT_ROUTER');
  expect(show).toContain('its process died or takes no work');
  expect(explain).toContain('its process died or takes no work');
  await eventually(
    'the event of the death',
    async () => /ledger .*exit code 9/.test((await cluster.cli('event', 'list', '--about', 'process:ledger')).stdout),
    { limitMs: 60_000, everyMs: 500 },
  );
});

it('events not delivered: while EVENT_ROUTER is stopped, every daemon says so; the events wait, and arrive when it runs', async () => {
  await cluster.cli('daemon', 'stop', 'EVENT_ROUTER', '--reason', 'a quiet log');
  await becomes('QUEUE_POPULATOR', 'waiting');
  expect((await saidOf('QUEUE_POPULATOR')).explain).toMatch(/It needs EVENT_ROUTER, which is stopped because .* stopped it \(a quiet log\)\./);
  const lagOf = async (): Promise<number> =>
    ((await cluster.get('/event-subscriptions')) as { subscribers: { subscriber: string; lag: number }[] }).subscribers.find(
      ({ subscriber }) => subscriber === 'dispatcher',
    )?.lag ?? 0;
  await cluster.add({ id: 'quiet.1', kind: 'command', command: ['true'], slots: 1 });
  await eventually('the event waits', async () => (await lagOf()) > 0);
  await cluster.cli('daemon', 'start', 'EVENT_ROUTER');
  await eventually('the event arrived', async () => (await lagOf()) === 0, { limitMs: 60_000 });
  await becomes('QUEUE_POPULATOR', 'running');
});

it('event subscription loss: a router whose workflow is ended goes on at its cursor, and its daemons run again', async () => {
  await client.workflow.getHandle('daemon/EVENT_ROUTER').terminate('one click');
  await cluster.add({ id: 'quiet.2', kind: 'command', command: ['true'], slots: 1 });
  await becomes('EVENT_ROUTER', 'running', ({ failure }) => failure?.record.code === 'daemon.lost');
  expect((await saidOf('EVENT_ROUTER')).explain).toContain('daemon.lost');
  await cluster.until('every daemon runs', 60, ({ daemons }) => daemons.every(({ state }) => carriesDependants(state)));
  const view = (await cluster.get('/event-subscriptions')) as { subscribers: { dead: number; skipped: number; lag: number }[] };
  for (const { dead, skipped } of view.subscribers) expect([dead, skipped]).toEqual([0, 0]);
});

it('through all of this, each daemon had one runner, and no restart without a grant', async () => {
  expect(await recordFaults(client, [...daemonRows, ...rows], await daemonChanges(cluster))).toEqual([]);
});
