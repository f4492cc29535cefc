/** Tests the states of the alerts: pending, firing, resolved, the for-time, and what a restart keeps. */
import { describe, expect, test } from 'vitest';
import { type Alert, type AlertChange, markOf } from '../../../src/domain/alert/alert.ts';
import { conditionsOf, evaluate, heldBefore } from '../../../src/domain/alert/evaluate.ts';
import type { AlertReadings, Readings } from '../../../src/domain/alert/readings.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { alertChangesMax, alertSummaryCharsMax } from '../../../src/domain/limits.ts';

const quiet: AlertReadings = {
  daemons: [],
  nodes: [],
  disks: [],
  pipelines: [],
  queue: { open: 1, wanting: [] },
  subscribers: [],
  copies: [],
  channels: [],
};
const failure = failureRecord('ledger.busy', { cannot: 'read a ledger', because: 'it is locked', hint: { say: 'waiting' } });
const readings = (over: Partial<AlertReadings> = {}, failed: readonly (keyof AlertReadings)[] = []): Readings =>
  Object.fromEntries(
    Object.entries({ ...quiet, ...over }).map(([name, value]) => [name, failed.includes(name as keyof AlertReadings) ? { failure } : { value }]),
  ) as unknown as Readings;
const starved = readings({ queue: { open: 0, wanting: ['cf'] } });
const lost = (...nodes: string[]) => readings({ nodes: nodes.map((node) => ({ node, state: 'lost', evidence: 'x', isDrained: false })) });
const minute = 60_000;

/** The ledger of these tests: it makes a change only while the alert is as the change says. */
class Known {
  readonly alerts = new Map<string, Alert>();
  /** The changes of states that were recorded, as `id: from → to`. */
  readonly said: string[] = [];

  record(changes: readonly AlertChange[]): void {
    for (const { before, alert } of changes) {
      const known = this.alerts.get(alert.id);
      if ((known === undefined ? undefined : markOf(known)) !== before) continue;
      if (known?.state !== alert.state) this.said.push(`${alert.id}: ${known?.state ?? 'none'} → ${alert.state}`);
      this.alerts.set(alert.id, alert);
    }
  }

  round(seen: Readings, heldMs: number, nowMs: number) {
    const evaluation = evaluate(conditionsOf(seen), this.alerts, () => heldMs, nowMs);
    this.record(evaluation.changes);
    return evaluation;
  }
}

describe('the states', () => {
  test('an alert is pending for its for-time, then it fires once, and it is resolved when the condition ends', () => {
    const known = new Known();
    expect(known.round(starved, 0, 1_000).nextMs).toBe(10 * minute);
    expect(known.alerts.get('QueueEmpty')).toMatchObject({ state: 'pending', sinceMs: 1_000, forMs: 10 * minute });
    expect(known.round(starved, 10 * minute - 1, 600_000).nextMs).toBe(1);
    expect(known.round(starved, 10 * minute, 601_000).nextMs).toBeUndefined();
    expect(known.alerts.get('QueueEmpty')).toMatchObject({ state: 'firing', sinceMs: 1_000, firedAtMs: 601_000 });
    expect(known.round(starved, 20 * minute, 1_201_000).changes).toEqual([]);
    known.round(readings(), 0, 1_300_000);
    expect(known.alerts.get('QueueEmpty')).toMatchObject({ state: 'resolved', resolvedAtMs: 1_300_000 });
    expect(known.round(readings(), 0, 1_400_000).changes).toEqual([]);
    expect(known.said).toEqual(['QueueEmpty: none → pending', 'QueueEmpty: pending → firing', 'QueueEmpty: firing → resolved']);
  });

  test('an alert that was pending and did not fire is inactive, and its for-time begins again', () => {
    const known = new Known();
    known.round(starved, 0, 1_000);
    known.round(readings(), 0, 500_000);
    known.round(starved, 0, 600_000);
    expect(known.alerts.get('QueueEmpty')).toMatchObject({ state: 'pending', sinceMs: 600_000 });
    expect(known.said).toEqual(['QueueEmpty: none → pending', 'QueueEmpty: pending → inactive', 'QueueEmpty: inactive → pending']);
  });

  test('without a for-time an alert fires at once, and again after it was resolved, without the times of the first one', () => {
    const known = new Known();
    known.round(lost('b'), 0, 10);
    known.round(readings(), 0, 20);
    known.round(lost('b', 'c'), 0, 30);
    expect(known.said).toEqual([
      'NodeLost/b: none → firing',
      'NodeLost/b: firing → resolved',
      'NodeLost/b: resolved → firing',
      'NodeLost/c: none → firing',
    ]);
    const { resolvedAtMs, ...again } = known.alerts.get('NodeLost/b') ?? {};
    expect([resolvedAtMs, again]).toEqual([undefined, expect.objectContaining({ firedAtMs: 30, sinceMs: 30 })]);
  });

  test('a repeat of a change, and a change that comes late, change nothing', () => {
    const known = new Known();
    const first = known.round(lost('b'), 0, 10).changes;
    known.record(first);
    known.round(readings(), 0, 20);
    known.record(first);
    expect(known.said).toEqual(['NodeLost/b: none → firing', 'NodeLost/b: firing → resolved']);
  });

  test('a new sentence of an alert that fires is recorded, and fires nothing', () => {
    const known = new Known();
    known.round(readings({ subscribers: [{ subscriber: 's', dead: 1 }] }), 0, 10);
    known.round(readings({ subscribers: [{ subscriber: 's', dead: 2 }] }), 0, 20);
    expect(known.alerts.get('DeadLetters/s')).toMatchObject({ state: 'firing', firedAtMs: 10, summary: '2 events are dead for s' });
    expect(known.said).toHaveLength(1);
  });
});

describe('after a restart', () => {
  const pending = (over: Partial<Alert> = {}): Alert => ({
    id: 'QueueEmpty',
    rule: 'QueueEmpty',
    labels: {},
    state: 'pending',
    summary: 'no item waits or runs, although turns are wanted of cf',
    forMs: 10 * minute,
    sinceMs: 1_000,
    held: { ms: 0, atMs: 1_000 },
    ...over,
  });

  test('the for-time goes on from the last round before', () => {
    expect(heldBefore(pending(), 301_000)).toBe(300_000);
    expect(heldBefore(pending({ held: { ms: 7, atMs: 2_000 } }), 301_000)).toBe(299_007);
    expect(heldBefore(pending(), 0), 'the clock was set back').toBe(0);
    expect(heldBefore(undefined, 301_000)).toBe(0);
    expect(heldBefore(pending({ state: 'inactive' }), 301_000)).toBe(0);
  });

  test('an account of the for-time that is wrong is corrected, and the alert stays pending since the same time', () => {
    const known = new Known();
    known.alerts.set('QueueEmpty', pending());
    expect(known.round(starved, 300_000, 310_000).changes).toEqual([]);
    expect(known.round(starved, 300_000, 7_000_000)).toMatchObject({
      changes: [{ alert: { held: { ms: 300_000, atMs: 7_000_000 } } }],
      nextMs: 300_000,
    });
    expect(known.alerts.get('QueueEmpty')).toMatchObject({ state: 'pending', sinceMs: 1_000 });
    expect(known.round(starved, 310_000, 7_010_000).changes).toEqual([]);
  });

  test('an alert that fires does not fire again', () => {
    const known = new Known();
    known.alerts.set('QueueEmpty', pending({ state: 'firing', firedAtMs: 5 }));
    expect(known.round(starved, 0, 20).changes).toEqual([]);
  });
});

test('a reading that fails changes no alert of its rules, and is named', () => {
  const known = new Known();
  known.round(lost('b'), 0, 10);
  const unread = readings({}, ['nodes']);
  expect(conditionsOf(unread).unread).toEqual([{ reading: 'nodes', failure }]);
  expect(known.round(unread, 0, 20).changes).toEqual([]);
  expect(known.alerts.get('NodeLost/b')?.state).toBe('firing');
});

test('an alert of a rule that this release does not have is resolved', () => {
  const known = new Known();
  known.alerts.set('Old/x', {
    id: 'Old/x',
    rule: 'Old',
    labels: {},
    state: 'firing',
    summary: 's',
    forMs: 0,
    sinceMs: 1,
    held: { ms: 0, atMs: 1 },
    firedAtMs: 1,
  });
  known.round(readings({}, ['nodes']), 0, 20);
  expect(known.said).toEqual(['Old/x: firing → resolved']);
});

test('one round records a bounded number of changes, the next one the rest, and a long sentence is cut', () => {
  const known = new Known();
  const all = lost(...Array.from({ length: alertChangesMax + 5 }, (_, k) => `n${k}`));
  expect(known.round(all, 0, 1).hasMore).toBe(true);
  expect(known.alerts.size).toBe(alertChangesMax);
  expect(known.round(all, 0, 2).hasMore).toBe(false);
  expect(known.alerts.size).toBe(alertChangesMax + 5);
  known.round(readings({ pipelines: [{ name: 'p', turn: 1, paused: { by: 'ringmaster', reason: 'x'.repeat(2_000) } }] }), 0, 3);
  expect(known.alerts.get('PipelinePaused/p')?.summary).toHaveLength(alertSummaryCharsMax);
});
