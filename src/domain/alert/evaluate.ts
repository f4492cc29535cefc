/**
 * Decides the states of the alerts. The daemon ALERT_MANAGER evaluates all rules in each of its rounds, and the ledger records the changes.
 *
 *   inactive, resolved ──(the condition holds)──→ pending ──(it has held for the for-time)──→ firing ──(it holds no more)──→ resolved
 *   inactive, resolved ──(the condition holds, and the rule has no for-time)──→ firing
 *   pending ──(it holds no more)──→ inactive
 *
 * The words are those of Alertmanager.
 *
 * The time for which a condition holds is counted by a clock that does not step. The ledger has an account of this time (`held` of an alert), from which a
 * new process goes on: it adds the time from the account to the last round of the process before (`heldBefore`). So a restart loses at most one interval of
 * the for-time, and the time for which nothing was evaluated does not count. An account that is wrong, after such a time or a step of the clock, is
 * corrected.
 *
 * A reading that cannot be made changes no alert of its rules. An alert of a rule that this release does not have is resolved.
 *
 * A silence changes no state: it keeps an alert out of the status and out of the notifications (`silence.ts`).
 *
 * Never allowed: an alert that fires twice without a resolution in between; a pending alert that forgets its for-time because a process ended; a change
 * because a reading failed.
 */
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../failure/record.ts';
import { alertChangesMax, alertSummaryCharsMax } from '../limits.ts';
import { type Alert, type AlertChange, alertId, type AlertState, markOf } from './alert.ts';
import type { ReadingName, Readings } from './readings.ts';
import { type AlertInstance, isRule, type RuleName, ruleNames, ruleOf } from './rules.ts';

/** A condition that holds, with the id of its alert. */
export interface Condition extends AlertInstance {
  readonly id: string;
  readonly rule: RuleName;
  readonly forMs: number;
}

export interface Conditions {
  readonly holding: readonly Condition[];
  /** The readings that could not be made. */
  readonly unread: readonly { readonly reading: ReadingName; readonly failure: FailureRecord }[];
}

/** Returns the conditions of all rules that hold. */
export function conditionsOf(readings: Readings): Conditions {
  const holding = ruleNames.flatMap((rule) => {
    const { reading, instances, forMs } = ruleOf(rule);
    const read = readings[reading];
    return 'failure' in read ? [] : instances(read.value).map((one) => conditionOf(rule, forMs, one));
  });
  const unread = (Object.entries(readings) as [ReadingName, Readings[ReadingName]][]).flatMap(([reading, read]) =>
    'failure' in read ? [{ reading, failure: read.failure }] : [],
  );
  return { holding, unread };
}

const conditionOf = (rule: RuleName, ruleForMs: number, { labels, summary, forMs = ruleForMs }: AlertInstance): Condition => ({
  id: alertId(rule, labels),
  rule,
  labels,
  summary: summary.slice(0, alertSummaryCharsMax),
  forMs,
});

/** Returns how long the condition of an alert had held when the process before made its last round. `evaluatedAtMs` is the time of that round. */
export const heldBefore = (alert: Alert | undefined, evaluatedAtMs: number): number =>
  alert?.state === 'pending' ? alert.held.ms + Math.max(0, evaluatedAtMs - alert.held.atMs) : 0;

/** An account of the for-time that is wrong by more than this is corrected. This is longer than a round. */
const accountSlackMs = 30_000;

export interface AlertEvaluation {
  /** At most `alertChangesMax` of them. */
  readonly changes: readonly AlertChange[];
  /** True when there are more changes than one round records. */
  readonly hasMore: boolean;
  /** The time until the next pending alert can fire. */
  readonly nextMs?: number;
}

/** `heldMs` returns for how long the condition of this alert has held. */
export function evaluate(
  { holding, unread }: Conditions,
  known: ReadonlyMap<string, Alert>,
  heldMs: (id: string) => number,
  nowMs: number,
): AlertEvaluation {
  const failed = new Set(unread.map(({ reading }) => reading));
  const ids = new Set(holding.map(({ id }) => id));
  const begun = holding.map((one) => afterHolding(one, known.get(one.id), heldMs(one.id), nowMs));
  const ended = [...known.values()].flatMap((alert) => {
    const isUnknown = isRule(alert.rule) && failed.has(ruleOf(alert.rule).reading);
    return ids.has(alert.id) || isUnknown ? [] : changed(alert, afterEnd(alert, nowMs));
  });
  const changes = [...begun.flatMap(({ change }) => change), ...ended];
  const waitsMs = begun.flatMap(({ inMs }) => (inMs === undefined ? [] : [inMs]));
  return {
    changes: changes.slice(0, alertChangesMax),
    hasMore: changes.length > alertChangesMax,
    ...given({ nextMs: waitsMs.length === 0 ? undefined : Math.min(...waitsMs) }),
  };
}

interface Begun {
  readonly change: readonly AlertChange[];
  /** The time until the alert can fire. */
  readonly inMs?: number;
}

function afterHolding(condition: Condition, known: Alert | undefined, heldMs: number, nowMs: number): Begun {
  const { id, rule, labels, summary, forMs } = condition;
  // A later release can have a longer for-time. An alert that fires goes on firing.
  if (known?.state === 'firing') return { change: changed(known, { ...known, summary }) };
  const isPending = known?.state === 'pending';
  const isDue = heldMs >= forMs;
  const inMs = isDue ? {} : { inMs: forMs - heldMs };
  const isAccounted = isPending && Math.abs(heldBefore(known, nowMs) - heldMs) <= accountSlackMs;
  if (isAccounted && !isDue) return { change: [], ...inMs };
  const base = { id, rule, labels, summary, forMs, sinceMs: isPending ? known.sinceMs : nowMs, held: { ms: heldMs, atMs: nowMs } };
  const alert: Alert = isDue ? { ...base, state: 'firing', firedAtMs: nowMs } : { ...base, state: 'pending' };
  return { change: [{ alert, ...given({ before: known === undefined ? undefined : markOf(known) }) }], ...inMs };
}

function afterEnd(alert: Alert, nowMs: number): Alert {
  switch (alert.state) {
    case 'pending':
      return { ...alert, state: 'inactive' };
    case 'firing':
      return { ...alert, state: 'resolved', resolvedAtMs: nowMs };
    case 'inactive':
    case 'resolved':
      return alert;
  }
}

const changed = (before: Alert, alert: Alert): readonly AlertChange[] =>
  before.state === alert.state && before.summary === alert.summary ? [] : [{ before: markOf(before), alert }];

/** Returns the alerts in this state, by their ids. */
export const idsIn = (alerts: Iterable<Alert>, state: AlertState): readonly string[] =>
  [...alerts].flatMap((alert) => (alert.state === state ? [alert.id] : []));
