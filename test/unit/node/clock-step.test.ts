/** A step of the clock at home neither blinds the sweep nor makes a node lost. */
import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import { gradeNodes } from '../../../src/domain/node/grade.ts';
import type { GradedNode } from '../../../src/domain/node/remembered-grade.ts';
import type { ObservedNode } from '../../../src/domain/node/node.ts';

const hour = 3_600_000;
const limits = { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 60 };
const names = ['a', 'b', 'c'] as NodeId[];
const first = (node: NodeId): ObservedNode => ({
  node,
  state: 'alive',
  sinceMs: 0,
  route: 'gateway',
  slots: 1,
  labels: [],
  evidence: '',
  observedAtMs: 0,
});

/** Grades one round in which the nodes in `away` do not respond. */
function round(views: readonly (ObservedNode | GradedNode)[], nowMs: number, away: readonly string[] = [], passedMs?: number): readonly GradedNode[] {
  const observations = names.map((node) => ({ node, atMs: nowMs - 50, reachable: !away.includes(node) }));
  return gradeNodes({ views, observations, limits, nowMs, ...(passedMs === undefined ? {} : { passedMs }) }).nodes;
}
const stateOf = (nodes: readonly GradedNode[], node: string): string => nodes.find((one) => one.node === node)?.state ?? '';

test('after a step back, a node that stops to respond is still found, and lost in time', () => {
  let nodes = round(names.map(first), 2 * hour);
  nodes = round(nodes, 2 * hour + 2_000);
  let nowMs = hour;
  for (let rounds = 0; rounds < 60 && stateOf(nodes, 'c') !== 'lost'; rounds += 1) {
    nodes = round(nodes, (nowMs += 2_000), ['c'], 2_000);
    if (rounds === 12) expect(stateOf(nodes, 'c')).toBe('unreachable');
  }
  expect(stateOf(nodes, 'c')).toBe('lost');
  expect(nowMs - hour).toBeLessThan(80_000);
  expect(stateOf(nodes, 'a')).toBe('alive');
});

test('a step forward counts as the time that passed, also for a node that fails', () => {
  let nodes = round(names.map(first), 1_000);
  nodes = round(nodes, 3_000, ['c'], 2_000);
  nodes = round(nodes, 5_000, ['c'], 2_000);
  nodes = round(nodes, 5_000 + hour, ['c'], 2_000);
  expect(nodes.find((one) => one.node === 'c')?.grade.failedMs).toBe(4_000);
  expect(stateOf(nodes, 'c')).toBe('alive');
});
