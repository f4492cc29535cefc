import { describe, expect, it } from 'vitest';
import type { NodeObservation, NodeView } from '../../../src/domain/node/node.ts';
import type { HomeReach } from '../../../src/domain/node/home-reach.ts';
import { gradeNodes, type Grading, type NodeProgress } from '../../../src/domain/node/grade.ts';
import { nodeId, nodeView } from '../../support/item-spec.ts';

const limits = { suspectAfterSeconds: 15, unreachableAfterSeconds: 30, lostAfterSeconds: 120 };
const all = ['a', 'b', 'c'];
const look = (node: string, reachable: boolean, atMs: number, change: Partial<NodeObservation> = {}): NodeObservation => ({
  node: nodeId(node),
  atMs,
  reachable,
  ...change,
});

/** Grades a cluster every 5 s, for `seconds` in all. `down` says whether a node is unreachable at a given time. */
function play(
  seconds: number,
  down: (node: string, second: number) => boolean,
  extra: { readonly nodes?: readonly string[]; readonly progress?: (second: number) => readonly NodeProgress[]; readonly home?: HomeReach } = {},
) {
  const names = extra.nodes ?? all;
  const changeLog: string[] = [];
  let nodes: readonly NodeView[] = names.map((name) => nodeView(name, { state: 'joining' }));
  let last: Grading | undefined;
  for (let second = 5; second <= seconds; second += 5) {
    const nowMs = second * 1000;
    const observations = names.map((name) => look(name, !down(name, second), nowMs, { reason: 'refused', bootId: `${name}1` }));
    last = gradeNodes({
      views: JSON.parse(JSON.stringify(nodes)) as NodeView[],
      observations,
      progress: extra.progress?.(second) ?? [],
      ...(extra.home === undefined ? {} : { home: extra.home }),
      limits,
      nowMs,
    });
    nodes = last.nodes;
    for (const { node, from, to } of last.changes) changeLog.push(`${second} ${node} ${from}→${to}`);
  }
  return { changeLog, nodes, last };
}

describe('the table', () => {
  it('goes alive, suspect, unreachable, lost with time, and back to alive on one good look', () => {
    const { changeLog } = play(200, (node, second) => node === 'a' && second >= 20 && second < 180);
    expect(changeLog.filter((line) => line.includes(' a '))).toEqual([
      '5 a joining→alive',
      '35 a alive→suspect',
      '50 a suspect→unreachable',
      '140 a unreachable→lost',
      '180 a lost→alive',
    ]);
  });

  it('makes a node that was never reached unreachable, not suspect', () => {
    expect(play(60, (node) => node === 'a').changeLog.filter((line) => line.includes(' a '))).toEqual(['35 a joining→unreachable']);
  });

  it('declares no node lost when most vanish at once, however long it lasts', () => {
    const { changeLog, nodes } = play(1000, (node, second) => node !== 'c' && second >= 20);
    expect(changeLog.some((line) => line.includes('lost'))).toBe(false);
    expect(nodes[0]?.evidence).toContain('the fault is probably ours');
  });

  it('counts only the time with quorum', () => {
    // Node b is unreachable from second 60 to second 560. In that time 2 of 3 nodes are missing, so this time does not count towards the loss of node
    // a.
    const { changeLog } = play(700, (node, second) => (node === 'a' && second >= 20) || (node === 'b' && second >= 60 && second < 560));
    const lost = Number(changeLog.find((line) => line.includes('→lost'))?.split(' ')[0]);
    expect(changeLog.find((line) => line.includes('→lost'))).toContain(' a ');
    expect(lost).toBeGreaterThanOrEqual(560 + 120 - 40);
  });

  it('resets the clock of a loss when a job of the node makes progress', () => {
    const progress = (second: number): readonly NodeProgress[] => (second <= 300 ? [{ node: nodeId('a'), atMs: second * 1000 - 1 }] : []);
    const { changeLog } = play(600, (node, second) => node === 'a' && second >= 20, { progress });
    expect(changeLog.find((line) => line.includes('→lost'))).toBe('420 a unreachable→lost');
  });

  it('never declares a node lost in a cluster of one or two', () => {
    expect(play(1000, (_, second) => second >= 20, { nodes: ['a'] }).changeLog.join()).not.toContain('lost');
    expect(play(1000, (node, second) => node === 'a' && second >= 20, { nodes: ['a', 'b'] }).changeLog.join()).not.toContain('lost');
  });

  describe('with a vote of home', () => {
    const works: HomeReach = { network: 'works', evidence: 'the default route is up' };
    const broken: HomeReach = { network: 'broken', evidence: 'the default route by eth0 is down' };
    const aIsDown = (node: string, second: number): boolean => node === 'a' && second >= 20;
    const lostIn = (nodes: readonly string[], home: HomeReach, down = aIsDown) =>
      play(1000, down, { nodes, home }).changeLog.filter((line) => line.includes('→lost'));

    it('loses the dead node of two', () => {
      expect(lostIn(['a', 'b'], works)).toEqual(['140 a unreachable→lost']);
      expect(lostIn(['a', 'b'], { network: 'unknown', evidence: 'this machine has no default route' })).toEqual(['140 a unreachable→lost']);
    });

    it('loses no node while the fault is ours, and says so', () => {
      expect(lostIn(['a', 'b'], broken)).toEqual([]);
      expect(play(1000, aIsDown, { nodes: ['a', 'b'], home: broken }).nodes[0]?.evidence).toContain(
        'not declared lost: the default route by eth0 is down, so the fault is ours; if the node is gone: ringmaster node lost a',
      );
    });

    it('loses neither the only node, nor two of two, nor two of three', () => {
      const down = (node: string, second: number): boolean => node !== 'c' && second >= 20;
      expect(lostIn(['a'], works)).toEqual([]);
      expect(lostIn(['a', 'b'], works, down)).toEqual([]);
      expect(lostIn(['a', 'b', 'c'], works, down)).toEqual([]);
    });

    it('counts a node whose own worker replies as reached', () => {
      const down = (_: string, second: number): boolean => second >= 20;
      const progress = (second: number): readonly NodeProgress[] => [{ node: nodeId('b'), atMs: second * 1000 }];
      const { changeLog } = play(1000, down, { nodes: ['a', 'b'], home: works, progress });
      expect(changeLog.filter((line) => line.includes('→lost'))).toEqual(['140 a unreachable→lost']);
    });
  });

  it('does not count a time in which our own process slept', () => {
    const first = play(30, (node, second) => node === 'a' && second >= 20);
    const nowMs = 3_600_000;
    const { changes } = gradeNodes({
      views: first.nodes,
      observations: [look('a', false, nowMs), look('b', true, nowMs), look('c', true, nowMs)],
      limits,
      nowMs,
    });
    expect(changes.map(({ to }) => to)).toEqual(['suspect']);
  });

  it('does not change a node without a new look', () => {
    const first = play(30, () => false);
    const { changes, nodes } = gradeNodes({ views: first.nodes, observations: [look('a', false, 1000)], limits, nowMs: 500_000 });
    expect(changes).toEqual([]);
    expect(nodes.every(({ state }) => state === 'alive')).toBe(true);
  });

  it('notes a reboot', () => {
    const first = play(30, () => false);
    const { rebooted, nodes } = gradeNodes({ views: first.nodes, observations: [look('a', true, 31_000, { bootId: 'a2' })], limits, nowMs: 31_000 });
    expect(rebooted).toEqual(['a']);
    expect(nodes[0]?.evidence).toContain('rebooted');
  });
});
