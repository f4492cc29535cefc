import { describe, expect, it } from 'vitest';
import type { NodeObservation, NodeView } from '../../../src/domain/node/node.ts';
import type { HomeReach } from '../../../src/domain/node/home-reach.ts';
import { acceptedPlace, type NodePlace, withIdlePlace } from '../../../src/domain/node/place.ts';
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

it('the free space is that of the last look at which the node responded, and is unknown when that look did not see it', () => {
  const graded = (seen: NodeObservation) =>
    gradeNodes({ views: [nodeView('a', { diskFreeBytes: 5 })], observations: [seen], progress: [], limits, nowMs: 5_000 }).nodes[0]?.diskFreeBytes;
  expect(graded(look('a', true, 5_000, { diskFreeBytes: 7 }))).toBe(7);
  expect(graded(look('a', false, 5_000))).toBe(5);
  expect(graded(look('a', true, 5_000))).toBeUndefined();
});

describe('another machine under the name of a node', () => {
  const place = (folderId: string, bootId: string, more: Partial<NodePlace> = {}): NodePlace => ({
    folderId,
    bootId,
    machineId: 'm1',
    host: 'gpu-1',
    path: '/srv/x/ringmaster/lab',
    ...more,
  });
  const seenAt = (views: readonly NodeView[], atMs: number, places: Readonly<Record<string, NodePlace>>) =>
    gradeNodes({
      views,
      observations: views.map(({ node }) => {
        const at = places[node] ?? place(`f${node}`, `b${node}`, { host: node });
        return look(node, true, atMs, { bootId: at.bootId, place: at });
      }),
      limits,
      nowMs: atMs,
    });
  const before = (): Grading =>
    seenAt(
      all.map((name) => nodeView(name, { state: 'joining' })),
      1_000,
      { a: place('f1', 'b1') },
    );

  it.each([
    ['a restart', place('f1', 'b2'), 'alive'],
    ['our files removed, on the same machine', place('f2', 'b1'), 'alive'],
    ['another machine', place('f2', 'b2', { machineId: 'm2', host: 'gpu-7' }), 'unreachable'],
    ['a new installation of the machine', place('f2', 'b2'), 'unreachable'],
    ['another machine with the same disk', place('f1', 'b2', { machineId: 'm2' }), 'unreachable'],
    ['another folder of the same machine', place('f2', 'b1', { path: '/srv/x/other' }), 'unreachable'],
    ['another container of the same machine', place('f2', 'b1', { host: 'c2' }), 'unreachable'],
  ])('%s', (_, now, state) => {
    const [a] = seenAt(before().nodes, 6_000, { a: now }).nodes;
    expect(a?.state).toBe(state);
    if (state === 'unreachable') {
      expect(a?.evidence).toContain(`node.other-machine: ${now.host} (boot ${now.bootId}`);
      expect(a?.fix).toBe('ringmaster explain node.other-machine');
    }
    expect(acceptedPlace(a as NodeView)).toEqual(state === 'alive' ? now : place('f1', 'b1'));
  });

  it('is lost in its time, and then the other machine is the node', () => {
    const now = place('f2', 'b2', { machineId: 'm2', host: 'gpu-7' });
    let { nodes } = before();
    const states: string[] = [];
    for (let second = 5; second <= 200; second += 5) {
      ({ nodes } = seenAt(nodes, 1_000 + second * 1_000, { a: now }));
      states.push(nodes[0]?.state ?? '');
    }
    expect([...new Set(states)]).toEqual(['unreachable', 'lost', 'alive']);
    expect(acceptedPlace(nodes[0] as NodeView)).toEqual(now);
  });

  it('is accepted at once when the node has no open job', () => {
    const now = place('f2', 'b2', { host: 'gpu-7' });
    const [a, ...others] = seenAt(before().nodes, 6_000, { a: now }).nodes;
    if (a === undefined) throw new Error('no node');
    expect(withIdlePlace(a, true)).toBe(a);
    const [moved] = seenAt([withIdlePlace(a, false), ...others], 11_000, { a: now }).nodes;
    expect(moved).toMatchObject({ state: 'alive', evidence: expect.not.stringContaining('rebooted') });
  });

  it('the evidence names the other node that has the same folder', () => {
    const joining = all.map((name) => nodeView(name, { state: 'joining' }));
    const { nodes } = seenAt(joining, 6_000, { a: place('f1', 'b1'), b: place('f1', 'b1') });
    expect(nodes.map(({ evidence }) => evidence)).toEqual([
      expect.stringContaining('node.shared-folder: its folder is also that of b'),
      expect.stringContaining('node.shared-folder: its folder is also that of a'),
      expect.not.stringContaining('shared'),
    ]);
  });
});

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
