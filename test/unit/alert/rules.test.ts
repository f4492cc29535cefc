/** Tests each rule of the table, with readings in which its condition holds and with others. */
import { describe, expect, test } from 'vitest';
import { alertId } from '../../../src/domain/alert/alert.ts';
import type { AlertReadings, ChannelReading, DaemonReading, NodeReading, PipelineReading, ReadingName } from '../../../src/domain/alert/readings.ts';
import { type RuleName, ruleNames, ruleOf, runbookOf } from '../../../src/domain/alert/rules.ts';
import { readRepositoryFile } from '../../support/repository.ts';

const GiB = 1024 ** 3;
const daemon = (over: Partial<DaemonReading>): readonly DaemonReading[] => [{ id: 'ELO_SYNC', state: 'running', because: 'x', restarts: 0, ...over }];
const node = (over: Partial<NodeReading>): readonly NodeReading[] => [{ node: 'b', state: 'alive', evidence: 'x', isDrained: false, ...over }];
const pipeline = (over: Partial<PipelineReading>): readonly PipelineReading[] => [{ name: 'cf', turn: 3, ...over }];

const channel = (over: Partial<ChannelReading>): readonly ChannelReading[] => [{ id: 'ops', ...over }];

interface Case {
  readonly holds: readonly AlertReadings[ReadingName][];
  readonly not: readonly AlertReadings[ReadingName][];
  /** The id and the sentence of the first case that holds. */
  readonly says: readonly [id: string, summary: string];
}

const cases: Readonly<Record<RuleName, Case>> = {
  DaemonRestarts: {
    holds: [daemon({ restarts: 4 })],
    not: [daemon({ restarts: 3 })],
    says: ['DaemonRestarts/ELO_SYNC', 'ELO_SYNC was restarted 4 times within an hour, because its work failed'],
  },
  DaemonFailed: {
    holds: [daemon({ state: 'failed', because: 'its work failed five times' })],
    not: [daemon({ state: 'backing-off' }), daemon({ state: 'stopped' })],
    says: ['DaemonFailed/ELO_SYNC', 'ELO_SYNC has failed and is not restarted: its work failed five times'],
  },
  DaemonUnhealthy: {
    holds: [daemon({ state: 'degraded', unwell: { message: 'HTTP 500', checkMs: 5_000 } })],
    not: [daemon({ state: 'degraded' })],
    says: ['DaemonUnhealthy/ELO_SYNC', 'the health checks of ELO_SYNC fail, the last one with: HTTP 500'],
  },
  DaemonErrors: {
    holds: [daemon({ state: 'degraded', errorRate: 0.6 })],
    not: [daemon({ state: 'degraded', errorRate: 0.5 }), daemon({})],
    says: ['DaemonErrors/ELO_SYNC', 'more than half of the work of ELO_SYNC failed within ten minutes'],
  },
  AlertsUndelivered: {
    holds: [channel({ failed: 'alert.channel-refused' }), channel({ waitsMs: 60_000 })],
    not: [channel({ waitsMs: 59_999 }), channel({})],
    says: ['AlertsUndelivered/ops', 'the alerts do not arrive on the channel ops: the last message failed (alert.channel-refused)'],
  },
  NodeLost: {
    holds: [node({ state: 'lost' })],
    not: [node({ state: 'unreachable' }), node({ state: 'lost', isDrained: true })],
    says: ['NodeLost/b', 'node b is lost, and its jobs go to other nodes'],
  },
  DiskLow: {
    holds: [[{ node: 'b', freeBytes: GiB - 1 }], [{ freeBytes: 0 }]],
    not: [[{ node: 'b', freeBytes: GiB }, { freeBytes: GiB }]],
    says: ['DiskLow/b', 'less than 1 GiB is free on the disk of node b'],
  },
  QueueEmpty: {
    holds: [{ open: 0, wanting: ['cf', 'chess'] }],
    not: [
      { open: 1, wanting: ['cf'] },
      { open: 0, wanting: [] },
    ],
    says: ['QueueEmpty', 'no item waits or runs, although turns are wanted of cf, chess'],
  },
  NoNewGames: {
    holds: [pipeline({ quietMs: 300_000 })],
    not: [pipeline({}), pipeline({ quietMs: 299_999 })],
    says: ['NoNewGames/cf', 'turn 3 of cf is at self-play, and no game is played for it'],
  },
  PipelinePaused: {
    holds: [pipeline({ paused: { by: 'ringmaster', reason: 'the turn failed 3 times in a row' } })],
    not: [pipeline({})],
    says: ['PipelinePaused/cf', 'ringmaster paused cf: the turn failed 3 times in a row'],
  },
  DeadLetters: {
    holds: [[{ subscriber: 'dispatcher', dead: 1 }], [{ subscriber: 'dispatcher', dead: 2 }]],
    not: [[{ subscriber: 'dispatcher', dead: 0 }]],
    says: ['DeadLetters/dispatcher', '1 event is dead for dispatcher'],
  },
  SyncStale: {
    holds: [[{ dataset: 'book', node: 'b', failures: 2, code: 'sync.disk-full' }]],
    not: [[]],
    says: ['SyncStale/book/b', 'book on b is behind: its last 2 pushes failed (sync.disk-full)'],
  },
};

describe.each(ruleNames)('%s', (name) => {
  const { instances, next } = ruleOf(name);
  const { holds, not, says } = cases[name];

  test('holds', () => {
    const found = holds.map((reading) => instances(reading));
    expect(found.map((one) => one.length)).toEqual(holds.map(() => 1));
    const [[first] = []] = found;
    expect([alertId(name, first?.labels ?? {}), first?.summary]).toEqual(says);
    expect(next(first?.labels ?? {})).toMatch(/^ringmaster \S+[^{}]*$/);
    expect(next(first?.labels ?? {})).not.toContain('undefined');
  });

  test('does not hold', () => expect(not.flatMap((reading) => instances(reading))).toEqual([]));
});

test('a disk without a node is that of the state folder', () => {
  expect(ruleOf('DiskLow').instances([{ freeBytes: 0 }])).toEqual([
    { labels: { place: 'home' }, summary: 'less than 1 GiB is free on the disk of the state folder' },
  ]);
  expect(ruleOf('DiskLow').next({ place: 'home' })).toBe('ringmaster doctor');
});

test('the alert about health checks fires at the third failed one', () => {
  expect(ruleOf('DaemonUnhealthy').instances(daemon({ state: 'degraded', unwell: { message: 'x', checkMs: 5_000 } }))[0]?.forMs).toBe(10_000);
});

const forText = (ms: number): string => (ms === 0 ? 'at once' : `after ${ms / 60_000} min`);

test('the page of the alerts has a section for each rule, with its condition, severity and for-time', () => {
  const page = readRepositoryFile('docs/alerts.md');
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n')[0] ?? '', section]));
  for (const name of ruleNames) {
    const { when, severity, forMs } = ruleOf(name);
    expect(sections.get(name), name).toContain(`${when} Severity: ${severity}. It fires ${forText(forMs)}.`);
    expect(runbookOf(name)).toBe(`docs/alerts.md#${name.toLowerCase()}`);
  }
});
