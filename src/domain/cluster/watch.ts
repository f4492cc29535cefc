/**
 * The watch over the watchers: what each part that keeps the cluster running was last seen to do. A state that is shown rests on evidence, and evidence
 * ages when the part that gathers it is gone. Old evidence is therefore named, and the cluster is not ready while any row of this table is.
 *
 * | watch     | evidence                                         | old or missing when                                             |
 * |-----------|--------------------------------------------------|-----------------------------------------------------------------|
 * | launcher  | its reply to a request                           | it does not reply, or it is gone while its processes run        |
 * | processes | the launcher's own look at each of its processes | a process does not run, or shows no sign of life                |
 * | nodes     | the newest look at any node                      | no look was recorded for `sweepAgeMsMax`                         |
 * | daemons   | the last round and state of each daemon           | a daemon that should run does not; a stop by an operator is shown |
 * | duties    | what the ledger worker records of its duties     | never: a run that does not end is shown and stops no job        |
 * | events    | the outboxes, the spool and the cursors           | an event waits for the log, or for a subscriber, for too long   |
 * | items     | the pending items and the nodes of the ledgers    | never: items that no node of the cluster file can run are shown |
 * | pause     | the pause of the cluster in the ledger           | never: a pause by an operator is shown                          |
 * | clock     | the machine's clock, beside a steady one         | never: a step is shown for an hour and harms nothing            |
 * | workflows | control's last round over the standing workflows | a round failed, or the last one is older than `keepRoundsMax` rounds |
 */
import { type DutyLook, dutyRunMsMax, dutyText } from './duty.ts';
import type { Hint } from '../failure/hint.ts';
import { type DaemonLook, daemonWatch } from '../daemon/daemon-watch.ts';
import { type EventLogLook, eventWatch } from '../event/event-watch.ts';
import { keepMs, keepRoundsMax, sweepMsMax, sweepsMissedMax } from '../limits.ts';
import { sayUnplaced, type UnplacedShape } from '../item/unplaced.ts';
import type { ClusterPause } from './pause.ts';
import type { LauncherLook } from './status.ts';

export const watchNames = ['launcher', 'processes', 'nodes', 'workflows', 'daemons', 'duties', 'events', 'items', 'pause', 'clock'] as const;
export type WatchName = (typeof watchNames)[number];

export interface Watch {
  readonly name: WatchName;
  readonly ok: boolean;
  /** One sentence for people. */
  readonly detail: string;
  /** The age of the evidence. Absent when there never was any. */
  readonly ageMs?: number;
  readonly hint?: Hint;
  /** True for something that a person should know although nothing is wrong now. */
  readonly notice?: true;
}

/** The last step of the machine's clock. */
export interface ClockStep {
  /** Positive: the clock was set forward. */
  readonly stepMs: number;
  readonly agoMs: number;
}

/** The last round of control over the workflows that must always run. */
export interface KeeperLook {
  /** Absent before the first round. */
  readonly roundAgeMs?: number;
  /** Why the last round failed. */
  readonly failure?: string;
  /** The workflows that were missing and were started again lately. */
  readonly startedAgain: readonly { readonly workflow: string; readonly agoMs: number }[];
}

export interface WatchEvidence {
  readonly look: LauncherLook;
  /** The age of the newest look at any node. Absent when no node was ever looked at. */
  readonly nodesAgeMs: number | undefined;
  readonly sweepIntervalMs: number;
  readonly keeper: KeeperLook;
  readonly clock?: ClockStep | undefined;
  /** By how much the removal time is behind the clock, when that is more than a day. */
  readonly removalLagMs?: number | undefined;
  readonly daemons: readonly DaemonLook[];
  readonly duties?: readonly DutyLook[];
  readonly nowMs?: number;
  readonly events?: EventLogLook | undefined;
  /** The pending items that no node of the cluster file can run. */
  readonly unplaced?: readonly UnplacedShape[];
  readonly pause?: ClusterPause | undefined;
}

/** Returns the age from which on a look at a node is old. A sweep is recorded at least every `sweepMsMax`, and some may be missed. */
export const sweepAgeMsMax = (sweepIntervalMs: number): number => sweepsMissedMax * (sweepMsMax + sweepIntervalMs);

export function watchesOf(parts: WatchEvidence): readonly Watch[] {
  return watchNames.map((name) => ({ name, ...rows[name](parts) }));
}

/** Returns the reasons why the cluster is not ready. */
export const notReady = (watches: readonly Watch[]): readonly string[] => watches.filter(({ ok }) => !ok).map(({ detail }) => detail);

const upAgain: Hint = { say: 'starting what is missing', run: 'ringmaster up' };
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const rows: Readonly<Record<WatchName, (parts: WatchEvidence) => Omit<Watch, 'name'>>> = {
  launcher: ({ look: { launcher, fileFailure } }) => {
    switch (launcher) {
      case 'replies':
        if (fileFailure === undefined) return { ok: true, detail: 'the launcher replies', ageMs: 0 };
        return { ok: false, ageMs: 0, detail: `the launcher cannot write ${fileFailure}`, hint: { say: 'making room on that disk' } };
      case 'absent':
        return { ok: false, detail: 'the launcher is gone: nothing restarts a process that ends', hint: upAgain };
      case 'silent':
        return { ok: false, detail: 'the launcher does not reply', hint: { say: 'ending it', run: 'ringmaster down' } };
      case 'none':
        return { ok: true, detail: 'no launcher watches these processes: another supervisor does' };
    }
  },
  processes: ({ look: { processes } }) => {
    const faults = processes.flatMap(({ name, state, silentSeconds }) => {
      if (state !== 'running') return [`${name} is ${state}`];
      return silentSeconds === undefined ? [] : [`${name} shows no sign of life for ${silentSeconds} s`];
    });
    return faults.length === 0
      ? { ok: true, detail: `${processes.length} processes run`, ageMs: 0 }
      : { ok: false, detail: faults.join(', '), ageMs: 0, hint: { run: 'ringmaster status' } };
  },
  nodes: ({ nodesAgeMs, sweepIntervalMs }) => {
    const hint: Hint = { say: 'the gateway, and the daemon CLUSTER_MONITOR', run: 'ringmaster doctor' };
    if (nodesAgeMs === undefined) return { ok: false, detail: 'the nodes were not looked at yet', hint };
    const detail = nodesAgeMs > sweepAgeMsMax(sweepIntervalMs) ? 'the nodes were not looked at' : 'the nodes were looked at';
    const isOld = nodesAgeMs > sweepAgeMsMax(sweepIntervalMs);
    return {
      ok: !isOld,
      ageMs: nodesAgeMs,
      detail: isOld ? `${detail} for ${seconds(nodesAgeMs)}` : `${detail} ${seconds(nodesAgeMs)} ago`,
      ...(isOld ? { hint } : {}),
    };
  },
  workflows: ({ keeper: { roundAgeMs, failure, startedAgain } }) => {
    const hint: Hint = { say: 'the Temporal server, and the log of control', run: 'ringmaster doctor' };
    if (failure !== undefined)
      return {
        ok: false,
        detail: `whether the standing workflows run is not known (${failure})`,
        hint,
        ...(roundAgeMs === undefined ? {} : { ageMs: roundAgeMs }),
      };
    if (roundAgeMs === undefined) return { ok: false, detail: 'the standing workflows were not looked at yet', hint };
    if (roundAgeMs > keepRoundsMax * keepMs)
      return { ok: false, detail: `the standing workflows were not looked at for ${seconds(roundAgeMs)}`, ageMs: roundAgeMs, hint };
    const again = startedAgain.map(({ workflow, agoMs }) => `${workflow} was gone and was started again ${seconds(agoMs)} ago`);
    return {
      ok: true,
      ageMs: roundAgeMs,
      detail: ['the standing workflows run', ...again].join('; '),
      ...(again.length === 0 ? {} : { notice: true }),
    };
  },
  daemons: ({ daemons }) => daemonWatch(daemons),
  duties: ({ duties = [], nowMs = 0 }) => {
    const hung = duties.flatMap(({ name, runningSinceMs }) => {
      const forMs = runningSinceMs === undefined ? 0 : nowMs - runningSinceMs;
      return forMs > dutyRunMsMax ? [`${dutyText[name]} has not ended for ${seconds(forMs)}: a disk that it needs does not answer`] : [];
    });
    return hung.length === 0
      ? { ok: true, detail: 'backups and removals end in their time', ageMs: 0 }
      : { ok: true, notice: true, ageMs: 0, detail: hung.join('; '), hint: { run: 'ringmaster doctor' } };
  },
  events: ({ events }) => eventWatch(events),
  items: ({ unplaced = [] }) => {
    const [shape, ...others] = unplaced;
    if (shape === undefined) return { ok: true, ageMs: 0, detail: 'each pending item fits a node of the cluster file' };
    const more = others.reduce((sum, { items }) => sum + items, 0);
    const also = more === 0 ? '' : `; ${more} more ${more === 1 ? 'item waits' : 'items wait'} for nodes with other slots or labels`;
    return { ok: true, notice: true, ageMs: 0, detail: `${sayUnplaced(shape)}${also}`, hint: { run: `ringmaster explain ${shape.first[0] ?? ''}` } };
  },
  pause: ({ pause, nowMs = pause?.sinceMs ?? 0 }) =>
    pause === undefined
      ? { ok: true, detail: 'the cluster is not paused', ageMs: 0 }
      : {
          ok: true,
          notice: true,
          ageMs: 0,
          detail: `the whole cluster is paused by ${pause.by} for ${seconds(Math.max(0, nowMs - pause.sinceMs))} (${pause.reason}): no job starts, and running jobs go on`,
          hint: { run: 'ringmaster resume' },
        },
  clock: ({ clock, removalLagMs: lagMs }) => {
    const said = [
      ...(clock === undefined
        ? []
        : [
            `the clock of this machine was set ${clock.stepMs > 0 ? 'forward' : 'back'} by ${seconds(Math.abs(clock.stepMs))}, or the machine slept, ${seconds(clock.agoMs)} ago; limits and losses do not follow it, but times that are shown and timers of Temporal do`,
          ]),
      ...(lagMs === undefined
        ? []
        : [
            `the clock went on by days at once, or the cluster was off; the retention counts from a time that is ${(lagMs / 86_400_000).toFixed(1)} days behind the clock and nears it by a day each day. Set the clock right if it is wrong`,
          ]),
    ];
    return { ok: true, ageMs: 0, ...(said.length === 0 ? { detail: 'the clock did not step lately' } : { notice: true, detail: said.join('; ') }) };
  },
};
