/**
 * The lifecycle of a daemon. This file decides each state; the workflow `daemon/<ID>` only carries the decisions out. It is the one part of
 * Ringmaster that restarts a daemon.
 *
 *   stopped ──(wished to run)──→ waiting ──(every dependency runs)──→ starting ──(the first work succeeded)──→ running
 *   running ⇄ degraded           the duty says that it is unhealthy, or half of its work failed lately
 *   starting, running, degraded ──(work failed)──→ backing-off for 1, 2, 4, 8, 16 s ──(time over and granted)──→ starting
 *   starting, running, degraded ──(work failed after five restarts in a row)──→ failed, until it is reset. A failure that can pass by itself, and work
 *                                that was lost with its process, are no fault of the duty: the daemon backs off again, for 16 s each time
 *   starting, running, degraded, backing-off ──(a dependency stopped running)──→ waiting
 *   failed ──(the dependency at fault runs again)──→ starting
 *   starting, running, degraded ──(wished to stop, or to restart)──→ stopping ──(the work has ended)──→ stopped
 *   waiting, backing-off, failed ──(wished to stop)──→ stopped
 *
 * A restart of the daemon by an operator is a stop after which the wish is still to run. A run of `stableMs` without a failure forgives the restarts.
 * The manager grants each restart after a failure, so that it can slow a storm of them down (`manager.ts`). A critical daemon needs no grant.
 *
 * A command daemon has a process on a node, which outlives this workflow and every process of ours. `holds` is set while that process may live:
 *   running, degraded ──(the program ended)──→ by the restart policy: backing-off, failed (`never`), or stopped (it ended well, and the policy is not `always`)
 *   running, degraded ──(the node was restarted, or `ringmaster down` ended the program)──→ waiting, which is no failure
 *   starting, running, degraded ──(the entry in the cluster file changed or is gone)──→ stopping
 *   The process is ended in every state but the active ones, and but `backing-off` after a failure that proves nothing about the process. No process
 *   starts while an earlier one of the daemon may live.
 *
 * Never allowed: work in a state that is not active; a second work while one is under way; work while a dependency is known not to run; a stop that
 * is undone by anything but an operator; a restart without a grant, unless the daemon is critical.
 */
import { assertNever } from '../../base/assert-never.ts';
import { grantsInWindow } from './brake.ts';
import { holdOf, neededOf, sayHold } from './hold.ts';
import type { FailureRecord } from '../failure/record.ts';
import { isRetried } from '../failure/table.ts';
import {
  type Daemon,
  type DaemonFailure,
  type DaemonFailureKind,
  type DaemonHealth,
  type DaemonRow,
  type DaemonState,
  type DaemonWish,
  delaysOf,
  isActive,
} from './daemon.ts';

/** The delays before the restarts. The daemon fails when no delay is left. Source: the runbook of the daemons, "Exponential Backoff". */
export const backoffMs = [1_000, 2_000, 4_000, 8_000, 16_000] as const;
const longestBackoffMs = Math.max(...backoffMs);
/** A daemon that has run this long without a failure has its restarts forgiven. It is longer than all delays together. */
export const stableMs = 120_000;
/** The error rate is the share of failed work in this time. Work that was lost with its process does not count. */
export const errorWindowMs = 600_000;
/** A daemon is degraded when more than this share of its work failed, of at least `outcomesMin` ends of work. */
export const errorRateMax = 0.5;
export const outcomesMin = 4;
const outcomesMax = 40;
/** A failure within this time of a missing dependency is that dependency's fault. */
export const blameMs = 60_000;

/** The news that can reach a daemon. */
export type DaemonNews =
  | { readonly type: 'start' | 'stop' | 'restart' | 'reset'; readonly by: string; readonly reason: string }
  | { readonly type: 'dependencies'; readonly missing: readonly string[] }
  /** The manager lets the restart happen that the daemon wanted in the state with this number. */
  | { readonly type: 'granted'; readonly seq: number }
  | { readonly type: 'worked'; readonly health: Omit<DaemonHealth, 'atMs'> }
  /** `countsLost` is true in a run of a release that counts lost work as failed. */
  | { readonly type: 'failed'; readonly failure: Omit<DaemonFailure, 'atMs'>; readonly countsLost?: boolean }
  /** The program of a command daemon has ended, and nothing of it is left. */
  | { readonly type: 'exited'; readonly exit: ProcessExit }
  /** The entry of the daemon in the cluster file has changed. */
  | { readonly type: 'changed' }
  /** The work that was interrupted has ended, and its process too. */
  | { readonly type: 'ended' }
  | { readonly type: 'time' };

/** How a program ended. `interrupted`: the node was restarted under it, or `ringmaster down` ended it, which is no failure of the program. */
export type ProcessExit =
  | { readonly type: 'well' | 'failed'; readonly record: FailureRecord }
  | { readonly type: 'interrupted'; readonly because: string };

type Rule = Pick<DaemonRow, 'critical' | 'process' | 'after'>;

/** Returns a daemon that has never run. */
export const newDaemon = (wish: DaemonWish, missing: readonly string[] = []): Daemon => ({
  state: 'stopped',
  seq: 0,
  sinceMs: wish.sinceMs,
  because: 'it has not been started yet',
  wish,
  missing,
  restarts: 0,
  outcomes: [],
});

/** Returns the daemon after the news. */
export const afterNews = (before: Daemon, news: DaemonNews, rule: Rule, nowMs: number): Daemon =>
  settle(heard(before, news, rule, nowMs), rule, nowMs);

function heard(daemon: Daemon, news: DaemonNews, rule: Rule, nowMs: number): Daemon {
  switch (news.type) {
    case 'start':
    case 'stop':
      return wished(daemon, news.type === 'start' ? 'running' : 'stopped', news, nowMs);
    case 'restart': {
      const running = forgiven(wished(daemon, 'running', news, nowMs));
      return isActive(daemon) ? to(running, 'stopping', `${news.by} restarts it (${news.reason})`, nowMs) : waitAgain(running, sayReset(news), nowMs);
    }
    case 'reset':
      return waitAgain(forgiven(daemon), sayReset(news), nowMs);
    case 'dependencies':
      return withMissing(daemon, news.missing, rule, nowMs);
    case 'granted':
      return daemon.state === 'backing-off' && daemon.seq === news.seq && daemon.granted !== true ? withGrant(daemon, nowMs) : daemon;
    case 'worked':
      return isActive(daemon) ? afterWork(daemon, { ...news.health, atMs: nowMs }, nowMs) : ended(daemon, nowMs);
    case 'failed':
      return isActive(daemon) ? afterFailure(daemon, { ...news.failure, atMs: nowMs }, nowMs, news.countsLost) : ended(daemon, nowMs);
    case 'exited':
      return isActive(daemon) ? afterExit(released(daemon), news.exit, rule, nowMs) : ended(released(daemon), nowMs);
    case 'changed':
      return waitAgain(forgiven(daemon), 'its entry in the cluster file has changed', nowMs);
    case 'ended':
      return ended(released(daemon), nowMs);
    case 'time':
      return daemon;
    default:
      return assertNever(news, 'news about a daemon');
  }
}

const withGrant = (daemon: Daemon, nowMs: number): Daemon => ({
  ...daemon,
  granted: true,
  grantedAtMs: [...grantsInWindow(daemon.grantedAtMs ?? [], nowMs), nowMs],
});

/** Returns the daemon in the state to which its wish, its dependencies and the time lead without further news. */
function settle(daemon: Daemon, rule: Rule, nowMs: number): Daemon {
  const { state, missing, untilMs, granted, isDone = false } = daemon;
  const unwanted = whyUnwanted(daemon, rule);
  if (unwanted !== undefined) {
    if (isActive(daemon) || (daemon.holds !== undefined && state !== 'stopped')) return to(daemon, 'stopping', unwanted, nowMs);
    return state === 'stopped' || state === 'stopping' ? daemon : to(daemon, 'stopped', unwanted, nowMs);
  }
  if (state === 'stopped' && isDone) return daemon;
  if (holdOf(daemon, rule).length > 0) return to(daemon, 'waiting', sayHold(missing, rule), nowMs);
  if (state === 'stopped') return settle(to(daemon, 'waiting', 'its start begins', nowMs), rule, nowMs);
  if (isActive(daemon) && daemon.holds !== undefined && daemon.holds !== rule.process?.declaration)
    return to(daemon, 'stopping', 'its entry in the cluster file has changed', nowMs);
  if (mustHalt(daemon)) return daemon;
  if (state === 'waiting' && missing.length === 0) return begun(to(daemon, 'starting', 'every daemon that it needs runs', nowMs), rule);
  if (state === 'backing-off' && untilMs !== undefined && leftMs(untilMs, nowMs) === 0 && (rule.critical || granted === true))
    return begun(to(daemon, 'starting', 'the delay after its failure is over', nowMs), rule);
  return daemon;
}

/** Returns why the daemon must not run. Returns undefined when it may. */
function whyUnwanted({ wish }: Daemon, { process }: Rule): string | undefined {
  if (process?.isRetired === true) return 'the cluster file does not have it';
  return wish.wish === 'stopped' ? `${wish.by} stopped it (${wish.reason})` : undefined;
}

/** Returns the daemon whose process may live from here on. */
const begun = (daemon: Daemon, { process }: Rule): Daemon => (process === undefined ? daemon : { ...daemon, holds: process.declaration });

/**
 * Returns true when a process of the daemon may live that must be ended before anything else. A failure that proves nothing about the process, such as
 * a lost connection, leaves the process alone, and the next start adopts it.
 */
export const mustHalt = ({ state, holds, failure }: Daemon): boolean =>
  holds !== undefined && !isActive({ state }) && !(state === 'backing-off' && failure?.kind !== 'hung');

/** Returns the daemon in another state. What belongs to one state only ends with it. */
function to(daemon: Daemon, state: DaemonState, because: string, nowMs: number): Daemon {
  if (state === daemon.state) return { ...daemon, because };
  const { untilMs: _untilMs, granted: _granted, stableSinceMs, ...rest } = daemon;
  const next: Daemon = { ...rest, state, because, seq: daemon.seq + 1, sinceMs: nowMs };
  return isActive(next) && stableSinceMs !== undefined ? { ...next, stableSinceMs } : next;
}

const wished = (
  daemon: Daemon,
  wish: DaemonWish['wish'],
  { by, reason }: { readonly by: string; readonly reason: string },
  nowMs: number,
): Daemon => {
  if (daemon.wish.wish === wish) return wish === 'running' && daemon.isDone === true ? forgiven(daemon) : daemon;
  // A stop and a start by an operator are a fresh beginning.
  return { ...(wish === 'running' ? forgiven(daemon) : daemon), wish: { wish, by, reason, sinceMs: nowMs } };
};

const forgiven = (daemon: Daemon): Daemon => {
  const { failure: _failure, isDone: _isDone, losses: _losses, ...rest } = daemon;
  return { ...rest, restarts: 0, outcomes: [] };
};

const sayReset = ({ by, reason }: { readonly by: string; readonly reason: string }): string => `${by} reset it (${reason})`;

const waitAgain = (daemon: Daemon, because: string, nowMs: number): Daemon =>
  daemon.state === 'failed' || daemon.state === 'backing-off' ? to(daemon, 'waiting', because, nowMs) : daemon;

/** No process of the daemon lives. */
const released = ({ holds: _holds, ...daemon }: Daemon): Daemon => daemon;

/** The work has ended without a result that counts, because the daemon must stop or wait. The process of a command daemon ends later. */
const ended = (daemon: Daemon, nowMs: number): Daemon =>
  daemon.state === 'stopping' && daemon.holds === undefined ? to(daemon, 'stopped', daemon.because, nowMs) : daemon;

function withMissing(daemon: Daemon, missing: readonly string[], rule: Rule, nowMs: number): Daemon {
  const [first] = neededOf(missing, rule);
  const next: Daemon = { ...daemon, missing, ...(first === undefined ? {} : { lastMissing: { daemon: first, atMs: nowMs } }) };
  if (daemon.state !== 'failed' || missing.length > 0) return next;
  const culprit = blamed(daemon);
  return culprit === undefined ? next : to(forgiven(next), 'waiting', `${culprit}, which it failed without, runs again`, nowMs);
}

/** Returns the dependency that was missing at about the time of the daemon's failure. */
export const blamed = ({ failure, lastMissing }: Daemon): string | undefined =>
  failure !== undefined && lastMissing !== undefined && Math.abs(failure.atMs - lastMissing.atMs) <= blameMs ? lastMissing.daemon : undefined;

function afterWork(daemon: Daemon, health: DaemonHealth, nowMs: number): Daemon {
  const outcomes = withOutcome(daemon, false, nowMs);
  const stableSinceMs = daemon.stableSinceMs ?? nowMs;
  const worked: Daemon = { ...daemon, health, outcomes, stableSinceMs };
  const stable = nowMs - stableSinceMs >= stableMs && delaysOf(daemon) > 0 ? forgiven(worked) : worked;
  const unwell = health.healthy ? sayErrorRate(stable) : health.message;
  return unwell === undefined ? to(stable, 'running', health.message, nowMs) : to(stable, 'degraded', unwell, nowMs);
}

/** Work that was lost with its process says nothing about the duty, so neither the error rate nor `restarts` counts the loss. The delays still grow. */
function afterFailure(daemon: Daemon, failure: DaemonFailure, nowMs: number, countsLost = false): Daemon {
  const isCounted = failure.kind !== 'gone' || countsLost;
  const failed: Daemon = { ...daemon, failure, outcomes: isCounted ? withOutcome(daemon, true, nowMs) : daemon.outcomes };
  const canPass = failure.kind === 'gone' || (failure.kind === 'threw' && isRetried(failure.record.code));
  const because = `${failureWords[failure.kind]}: ${failure.record.message}`;
  if (!canPass && daemon.restarts >= backoffMs.length) return to(failed, 'failed', because, nowMs);
  const count = isCounted ? { restarts: daemon.restarts + 1 } : { losses: (daemon.losses ?? 0) + 1 };
  return { ...to(failed, 'backing-off', because, nowMs), ...count, untilMs: nowMs + (backoffMs[delaysOf(daemon)] ?? longestBackoffMs) };
}

const failureWords: Readonly<Record<DaemonFailureKind, string>> = {
  threw: 'its work failed',
  hung: 'its work made no progress',
  gone: 'its work was lost',
  exited: 'its program ended',
};

function afterExit(daemon: Daemon, exit: ProcessExit, { process }: Rule, nowMs: number): Daemon {
  if (exit.type === 'interrupted') return to(daemon, 'waiting', exit.because, nowMs);
  const policy = process?.restart ?? 'always';
  const because = `${failureWords.exited}: ${exit.record.message} (restart: ${policy})`;
  if (exit.type === 'well' && policy !== 'always') return { ...to(daemon, 'stopped', because, nowMs), isDone: true };
  const failure = { kind: 'exited', record: exit.record, atMs: nowMs } as const;
  if (policy === 'never') return to({ ...daemon, failure, outcomes: withOutcome(daemon, true, nowMs) }, 'failed', because, nowMs);
  return afterFailure(daemon, failure, nowMs);
}

const withOutcome = ({ outcomes }: Daemon, failed: boolean, nowMs: number): Daemon['outcomes'] =>
  [...outcomes, { atMs: nowMs, failed }].filter(({ atMs }) => nowMs - atMs < errorWindowMs).slice(-outcomesMax);

/** Returns the share of failed work, from 0 to 1. Returns undefined when there was no work in the window. */
export const errorRateOf = ({ outcomes }: Pick<Daemon, 'outcomes'>): number | undefined =>
  outcomes.length === 0 ? undefined : outcomes.filter(({ failed }) => failed).length / outcomes.length;

function sayErrorRate(daemon: Daemon): string | undefined {
  const rate = errorRateOf(daemon);
  const { outcomes } = daemon;
  if (rate === undefined || outcomes.length < outcomesMin || rate <= errorRateMax) return undefined;
  return `${outcomes.filter(({ failed }) => failed).length} of its last ${outcomes.length} rounds of work failed`;
}

/**
 * Returns the daemon after its workflow was ended by something else than the daemon, for the workflow that replaces it. `missing` are the dependencies
 * that do not run now.
 */
export function afterLoss(
  daemon: Daemon,
  failure: Omit<DaemonFailure, 'atMs' | 'kind'>,
  missing: readonly string[],
  rule: Rule,
  nowMs: number,
): Daemon {
  // The process of a command daemon does not end with the workflow. The new workflow adopts it, or ends it.
  if (rule.process !== undefined) return settle(withMissing(daemon, missing, rule, nowMs), rule, nowMs);
  const lost = isActive(daemon) ? afterFailure(daemon, { ...failure, kind: 'gone', atMs: nowMs }, nowMs) : ended(daemon, nowMs);
  return settle(withMissing(lost, missing, rule, nowMs), rule, nowMs);
}

/** Returns how long the daemon may rest before time alone changes something. Returns undefined when only news can change it. */
export const restOf = ({ state, untilMs }: Daemon, nowMs: number): number | undefined =>
  state === 'backing-off' && untilMs !== undefined ? leftMs(untilMs, nowMs) : undefined;

/** Returns the rest of a delay. A rest that is longer than every delay is from before the clock was set back, and is over. */
const leftMs = (untilMs: number, nowMs: number): number => (untilMs - nowMs > longestBackoffMs ? 0 : Math.max(0, untilMs - nowMs));
