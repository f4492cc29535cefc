/**
 * The manager of the daemons. This file decides which messages the workflow `daemon-manager` sends to each daemon; the daemon decides what it does
 * (`lifecycle.ts`). The manager knows the graph of the dependencies, the operators' wishes, and the last reported state of each daemon.
 *
 *   a daemon has no workflow                        → start its workflow, with its missing dependencies and its wish
 *   it has never run, and all that comes before it is about to run
 *                                                   → nothing: its workflow starts when the others run, or when one of them does not come
 *   the set of its missing dependencies changed     → send the set; the daemon waits or starts
 *   a daemon of its `after` is about to start       → hold the start until the other runs or has failed. A daemon that works is never held.
 *   its wish changed                                → send the wish. A wish of `stop --all` reaches a daemon after everything that needs it, or starts after it, has stopped.
 *   the workflow of a command daemon is being started → nothing, until the start has ended. The start takes seconds, and holds no other daemon up.
 *   it backs off after a failure                    → grant the restart, unless the brake is on
 *   an operator restarts or resets it               → pass the order on, after the wish
 *
 * `brake.ts` says when the brake is on. Critical daemons restart without a grant.
 *
 * Never allowed: a message that restarts a daemon which an operator has stopped; a grant while the brake is on.
 */
import { given } from '../../base/given.ts';
import { brakeRestartsMax, brakeWindowMs, grantsInWindow } from './brake.ts';
import { earlierOf } from './graph.ts';
import { carriesDependants, type Daemon, type DaemonRow, type DaemonWish } from './daemon.ts';

/** The last report of a daemon about itself. */
export type DaemonReport = Pick<Daemon, 'state' | 'seq'>;

/** A wish that an operator made for some daemons. */
export interface ManagedWish extends DaemonWish {
  /** True for a stop that waits for the daemons that need this one. */
  readonly inOrder?: boolean;
}

interface Told {
  readonly missing: readonly string[];
  readonly wish: DaemonWish['wish'];
  /** For a command daemon: its rule, and the time of the wish. A program that has ended well starts again with a second wish to run. */
  readonly process?: string;
}

export interface Managed {
  readonly row: DaemonRow;
  readonly wish: ManagedWish;
  /** Absent until the daemon has reported. */
  readonly report?: DaemonReport;
  /** The content of the last message to the daemon. Absent until there was one. */
  readonly told?: Told;
  /** The number of the state for which the last restart was granted. */
  readonly grantedSeq?: number;
  /** True when no workflow of the daemon runs. */
  readonly gone: boolean;
  /** True while the workflow of a command daemon is being started beside everything else. */
  readonly isStarting?: boolean;
}

/** An order of an operator that holds once, and is no lasting wish. */
export interface DaemonOrder {
  readonly daemon: string;
  readonly verb: 'restart' | 'reset';
  readonly by: string;
  readonly reason: string;
}

export interface Group {
  readonly daemons: readonly Managed[];
  /** The orders that were not passed on yet, oldest first. */
  readonly orders: readonly DaemonOrder[];
  /** The times at which restarts were granted, within the window of the brake, oldest first. */
  readonly grantedAtMs: readonly number[];
}

/** The steps of the manager's workflow. */
export type ManagerStep =
  /** Starts the daemon's workflow with these. A workflow that knows other ones, because it runs or had a record, is sent them. */
  | { readonly type: 'start'; readonly daemon: string; readonly missing: readonly string[]; readonly wish: ManagedWish }
  | { readonly type: 'tell'; readonly daemon: string; readonly missing: readonly string[]; readonly wish: ManagedWish }
  | { readonly type: 'grant'; readonly daemon: string; readonly seq: number }
  | ({ readonly type: 'order' } & DaemonOrder);

export interface ManagerPlan {
  readonly group: Group;
  readonly steps: readonly ManagerStep[];
  /** The time at which the brake may end. Absent when the brake is off. */
  readonly brakedUntilMs?: number;
  /** The daemons that the brake holds back. */
  readonly held: readonly string[];
}

/** The differences of a run of the manager that an older release began. */
export interface PlanForm {
  /** False: each daemon without a workflow is started at once. */
  readonly isInOrder?: boolean;
  /** False: the start of command daemons holds every other message up. */
  readonly isApart?: boolean;
}

export function planOf(group: Group, nowMs: number, { isInOrder = true, isApart = true }: PlanForm = {}): ManagerPlan {
  const byId = new Map(group.daemons.map((daemon) => [daemon.row.id, daemon]));
  const states = new Map(group.daemons.map(({ row, report }) => [row.id, report?.state]));
  const grantedAtMs = [...grantsInWindow(group.grantedAtMs, nowMs)];
  const steps: ManagerStep[] = [];
  const held: string[] = [];
  const notStarted = new Set<string>();
  const daemons = group.daemons.map((daemon): Managed => {
    const { row, report, told, grantedSeq, gone } = daemon;
    const missing = [...row.dependencies.filter((id) => !carriesDependants(states.get(id))), ...startsFirst(daemon, byId)];
    if (daemon.isStarting === true || (isInOrder && needsNoStartYet(daemon, missing, byId))) {
      notStarted.add(row.id);
      return daemon;
    }
    const wish = wishToTell(daemon, group, states);
    const process = row.process && JSON.stringify([row.process, wish.sinceMs]);
    let next: Managed = { ...daemon, gone: false, ...given({ isStarting: (isApart && gone && isCommand(row)) || undefined }) };
    if (gone || told === undefined || told.wish !== wish.wish || told.process !== process || !isSame(told.missing, missing)) {
      steps.push({ type: gone ? 'start' : 'tell', daemon: row.id, missing, wish });
      next = { ...next, told: { missing, wish: wish.wish, ...given({ process }) } };
    }
    if (report?.state !== 'backing-off' || row.critical || report.seq === grantedSeq || gone) return next;
    if (grantedAtMs.length >= brakeRestartsMax) {
      held.push(row.id);
      return next;
    }
    grantedAtMs.push(nowMs);
    steps.push({ type: 'grant', daemon: row.id, seq: report.seq });
    return { ...next, grantedSeq: report.seq };
  });
  const brakedUntilMs = grantedAtMs.length >= brakeRestartsMax ? (grantedAtMs[0] ?? nowMs) + brakeWindowMs : undefined;
  // A daemon that has never run needs no restart and no reset.
  const orders = group.orders.filter(({ daemon }) => !notStarted.has(daemon)).map((order) => ({ type: 'order' as const, ...order }));
  return { group: { daemons, orders: [], grantedAtMs }, steps: [...steps, ...orders], held, ...given({ brakedUntilMs }) };
}

/** The start of a command daemon waits for its node. */
export const isCommand = ({ executor }: DaemonRow): boolean => executor === 'process';

/** Returns the daemons that must start before this one. A daemon that has begun, or that restarts after a failure, waits for none. */
function startsFirst({ row, report }: Managed, byId: ReadonlyMap<string, Managed>): readonly string[] {
  const hasBegun = report !== undefined && report.state !== 'stopped' && report.state !== 'waiting';
  return hasBegun ? [] : (row.after ?? []).filter((id) => isComing(byId.get(id), byId));
}

/** Returns true while a daemon that has never run would only wait for daemons that are about to run. */
const needsNoStartYet = ({ gone, report, wish }: Managed, missing: readonly string[], byId: ReadonlyMap<string, Managed>): boolean =>
  gone && report === undefined && wish.wish === 'running' && missing.length > 0 && missing.every((id) => isComing(byId.get(id), byId));

/** Returns true when the daemon is about to run. One that waits for a daemon which does not come is not. */
function isComing(daemon: Managed | undefined, byId: ReadonlyMap<string, Managed>): boolean {
  if (daemon === undefined || daemon.wish.wish === 'stopped') return false;
  const { row, report } = daemon;
  if (report?.state !== 'waiting') return report === undefined || report.state === 'stopped' || report.state === 'starting';
  return row.dependencies.every((id) => carriesDependants(byId.get(id)?.report?.state) || isComing(byId.get(id), byId));
}

/** Returns the wish to send. A stop in order is sent only when every daemon that starts after this one has stopped. */
function wishToTell({ row, wish, told }: Managed, { daemons }: Group, states: ReadonlyMap<string, Daemon['state'] | undefined>): ManagedWish {
  if (wish.wish === 'running' || wish.inOrder !== true || told?.wish === 'stopped') return wish;
  const isNeeded = daemons.some(
    (other) =>
      earlierOf(other.row).includes(row.id) &&
      other.wish.wish === 'stopped' &&
      other.wish.inOrder === true &&
      (other.isStarting === true || !isStopped(states.get(other.row.id))),
  );
  return isNeeded ? { ...wish, wish: 'running' } : wish;
}

const isStopped = (state: Daemon['state'] | undefined): boolean => state === undefined || state === 'stopped';
const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((id, index) => id === b[index]);

/**
 * Returns the group after its plan was carried out. `sentAtMs` are times at which the grants of the plan were certainly sent. A plan is carried out later than
 * it was made, so the times of the plan do not count.
 */
export const afterCarryOut = (before: Group, planned: Group, sentAtMs: readonly number[]): Group => ({
  ...planned,
  grantedAtMs: [...before.grantedAtMs, ...sentAtMs].slice(-brakeRestartsMax),
});

/** The news that can reach the group. */
export type GroupNews =
  | { readonly type: 'report'; readonly daemon: string; readonly report: DaemonReport }
  | { readonly type: 'wish'; readonly daemons: readonly string[]; readonly wish: ManagedWish }
  | { readonly type: 'orders'; readonly orders: readonly DaemonOrder[] }
  | { readonly type: 'gone'; readonly daemons: readonly string[] }
  /** The starts of these daemons have ended. `failed`: they have no workflow. */
  | { readonly type: 'started'; readonly daemons: readonly string[]; readonly failed: boolean }
  | { readonly type: 'rows'; readonly rows: readonly DaemonRow[] };

/** Returns the group after the news. A report that is older than the last one changes nothing. */
export function afterGroupNews(group: Group, news: GroupNews): Group {
  const change = (ids: readonly string[], next: (daemon: Managed) => Managed): Group => ({
    ...group,
    daemons: group.daemons.map((daemon) => (ids.includes(daemon.row.id) ? next(daemon) : daemon)),
  });
  switch (news.type) {
    case 'report':
      return change([news.daemon], (daemon) => ((daemon.report?.seq ?? -1) > news.report.seq ? daemon : { ...daemon, report: news.report }));
    case 'wish':
      return change(news.daemons, (daemon) => (daemon.wish.sinceMs > news.wish.sinceMs ? daemon : { ...daemon, wish: news.wish }));
    case 'orders':
      return { ...group, orders: [...group.orders, ...news.orders.filter(({ daemon }) => group.daemons.some(({ row }) => row.id === daemon))] };
    case 'gone':
      return change(news.daemons, (daemon) => ({ ...daemon, gone: true }));
    case 'started':
      return change(news.daemons, ({ isStarting: _isStarting, ...daemon }) => ({ ...daemon, gone: news.failed }));
    case 'rows': {
      const known = new Map(group.daemons.map((daemon) => [daemon.row.id, daemon]));
      return {
        ...group,
        daemons: news.rows.map((row) => ({ ...(known.get(row.id) ?? newManaged(row)), row })),
      };
    }
  }
}

/** Returns a daemon that was never started and is wished to run. */
export const newManaged = (row: DaemonRow, wish?: ManagedWish, report?: DaemonReport): Managed => ({
  row,
  wish: wish ?? { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 },
  gone: true,
  ...given({ report }),
});
