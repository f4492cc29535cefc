/** A cluster with real ledgers whose ALERT_MANAGER does rounds. */
import { onTestFinished } from 'vitest';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import type { AlertChannel } from '../../../src/domain/alert/channel.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import type { Daemon, DaemonTransition } from '../../../src/domain/daemon/daemon.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { NodeState } from '../../../src/domain/node/node.ts';
import { alertManager } from '../../../src/duty/alert-manager.ts';
import { alertManagerId, rowsOf } from '../../../src/duty/catalogue.ts';
import type { DutyReads } from '../../../src/duty/duty.ts';
import { SteadyAges } from '../../../src/duty/steady-ages.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { ledgerHarness } from '../state-folder.ts';

const node = (id: string) => ({ id: id as NodeId, slots: 1, labels: [], worker: 'gateway' });
const config = {
  nodes: [node('a'), node('b')],
  datasets: [{ id: 'book', path: '/book', keep: { to: ['a', 'b'] } }],
  pipelines: [{ name: 'cf' }],
  daemons: [],
} as unknown as ClusterConfig;
export const minute = 60_000;
const wish = { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 } as const;

/** Returns a cluster whose ALERT_MANAGER does rounds. `notified` has the channels that it had send, and `channels` are those of the cluster file. `pass` lets time pass by both clocks, and `restart` begins a new process. */
export function cluster(channels: readonly AlertChannel[] = []) {
  const notified: string[] = [];
  const on = ledgerHarness();
  const running = { daemon: alertManagerId, record: { ...newDaemon(wish), state: 'running' } as Daemon, changes: [] };
  on.ledgers.resources.daemons.report([running], on.clock.nowMs);
  let steadyMs = 0;
  let model = openReadModel(on.folder, () => on.clock.nowMs);
  let ages = new SteadyAges(() => steadyMs);
  const home = { freeBytes: 1024 ** 4 };
  onTestFinished(() => model.close());
  const fails = async (): Promise<never> => Promise.reject(new Error('not used'));
  return {
    on,
    home,
    notified,
    pass: (ms: number): void => {
      steadyMs += ms;
      on.clock.nowMs += ms;
    },
    restart: (): void => {
      model.close();
      model = openReadModel(on.folder, () => on.clock.nowMs);
      ages = new SteadyAges(() => steadyMs);
    },
    round: async () => {
      const reads: DutyReads = {
        model,
        config: { ...config, alertChannels: channels },
        rows: rowsOf(config),
        now: () => on.clock.nowMs,
        ages,
        lastRoundMs: () => model.knownDaemons().find(({ id }) => id === alertManagerId)?.record?.health?.atMs,
        homeFreeBytes: () => home.freeBytes,
        isRunning: fails,
        lookAtTree: fails,
        countGames: fails,
        keepRatings: fails,
      };
      const worked = await alertManager(reads, undefined, on.clock.nowMs);
      for (const step of worked.steps) {
        if (step.type === 'notify') notified.push(...step.channels);
        else if (step.type === 'record-alerts') await on.activities.recordAlerts(step);
        else throw new Error(`no step ${step.type} was expected`);
      }
      on.ledgers.resources.daemons.noteRound(alertManagerId, { ...worked.health, atMs: on.clock.nowMs });
      return worked;
    },
    states: (): Readonly<Record<string, string>> => Object.fromEntries(model.knownAlerts().map(({ id, state }) => [id, state])),
    nodes: (states: Readonly<Record<string, NodeState>>, over: object = {}): Promise<unknown> =>
      on.activities.recordNodes({
        nodes: Object.entries(states).map(([id, state]) => ({
          node: id as NodeId,
          state,
          sinceMs: 1,
          route: 'gateway',
          slots: 1,
          labels: [],
          evidence: 'no answer',
          observedAtMs: 1,
          ...over,
        })),
      }),
    daemon: (daemon: string, over: Partial<Daemon>, changes: readonly DaemonTransition[] = []): Promise<void> =>
      on.activities.recordDaemon({ daemon, record: { ...newDaemon(wish), ...over }, changes }),
    pauseCluster: (verb: 'pause' | 'resume') => on.activities.pauseCluster({ verb, by: 'ada@desk', reason: 'a test' }),
    stage: (stage: 'self-play' | 'failed', wished?: object) =>
      on.activities.recordStage({
        pipeline: 'cf',
        turn: 1,
        stage,
        detail: 'x',
        standing: { nextTurn: 1, turnsLeft: 3, ...(wished === undefined ? {} : { wish: { ...wish, ...wished } }) },
      }),
  };
}
