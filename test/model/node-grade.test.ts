import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeObservation, NodeView } from '../../src/domain/node/node.ts';
import { gradeNodes, type Grading, type NodeProgress } from '../../src/domain/node/grade.ts';
import { nodeId, nodeView } from '../support/item-spec.ts';
import { options } from './seed.ts';

const limits = { suspectAfterSeconds: 10, unreachableAfterSeconds: 20, lostAfterSeconds: 60 };
type Look = 'good' | 'bad' | 'none';

/**
 * Generates the looks at one node. Each kind of look is repeated for many rounds, so that the limits are reached. Sometimes there is no look for a
 * time. `spells` makes the first node mostly unreachable and the other nodes mostly reachable, because otherwise no node would ever become lost.
 */
const spell = (kinds: readonly Look[]): fc.Arbitrary<Look[]> =>
  fc
    .array(fc.record({ look: fc.constantFrom(...kinds), rounds: fc.integer({ min: 1, max: 25 }) }), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.flatMap(({ look, rounds }) => Array<Look>(rounds).fill(look)));
const spells = (nodes: number): fc.Arbitrary<Look[][]> =>
  fc
    .tuple(
      spell(['bad', 'bad', 'bad', 'bad', 'good', 'none']),
      fc.array(spell(['good', 'good', 'good', 'bad']), { minLength: nodes - 1, maxLength: nodes - 1 }),
    )
    .map(([first, others]) => [first, ...others]);

interface Round {
  readonly nowMs: number;
  readonly looks: readonly Look[];
  readonly progress: readonly NodeProgress[];
  readonly grading: Grading;
  readonly before: readonly NodeView[];
}

function play(looks: readonly (readonly Look[])[], steps: readonly number[], progressed: readonly boolean[]): readonly Round[] {
  const rounds: Round[] = [];
  const length = Math.max(...looks.map((one) => one.length));
  let nodes: readonly NodeView[] = looks.map((_, at) => nodeView(`n${at}`, { state: 'joining' }));
  let nowMs = 1_000_000;
  for (let round = 0; round < length; round += 1) {
    nowMs += (steps[round % steps.length] ?? 5) * 1000;
    const now = looks.map((one) => one[round] ?? 'none');
    const observations = now.flatMap<NodeObservation>((look, at) =>
      look === 'none' ? [] : [{ node: nodeId(`n${at}`), atMs: nowMs, reachable: look === 'good' }],
    );
    const progress = progressed[round % progressed.length] === true ? [{ node: nodeId('n0'), atMs: nowMs + 1 }] : [];
    const before = nodes;
    const grading = gradeNodes({ views: before, observations, progress, limits, nowMs });
    nodes = JSON.parse(JSON.stringify(grading.nodes)) as NodeView[];
    rounds.push({ nowMs, looks: now, progress, grading, before });
  }
  return rounds;
}

const games = fc
  .integer({ min: 1, max: 6 })
  .chain((nodes) =>
    fc.tuple(
      spells(nodes),
      fc.array(fc.constantFrom(5, 5, 5, 8, 300), { minLength: 1, maxLength: 20 }),
      fc.array(fc.constantFrom(false, false, false, false, false, false, true), { minLength: 1, maxLength: 12 }),
    ),
  );

it('no node becomes lost without a reachable majority at that moment, or despite progress, or before its time', () => {
  let losses = 0;
  fc.assert(
    fc.property(games, ([looks, steps, progressed]) => {
      const rounds = play(looks, steps, progressed);
      for (const [at, { nowMs, progress, grading, before, looks: now }] of rounds.entries()) {
        for (const { node, to } of grading.changes) {
          if (to !== 'lost') continue;
          losses += 1;
          const answering = before.filter(
            (view, index) =>
              now[index] === 'good' ||
              (now[index] === 'none' && view.state === 'alive' && nowMs - view.observedAtMs <= limits.suspectAfterSeconds * 1000),
          );
          expect(answering.length * 2).toBeGreaterThan(before.length);
          expect(progress.some((one) => one.node === node)).toBe(false);
          // Goes back to the last good look at the node, and adds up the time of the rounds in which a look failed while the cluster had a quorum.
          // Each round counts for at most suspectAfterSeconds.
          const index = Number(node.slice(1));
          let counted = 0;
          for (let back = at; back > 0 && rounds[back]?.looks[index] !== 'good'; back -= 1) {
            const [later, earlier] = [rounds[back], rounds[back - 1]];
            if (later === undefined || earlier === undefined) break;
            if (later.looks[index] === 'bad' && later.grading.quorum && earlier.grading.quorum)
              counted += Math.min(later.nowMs - earlier.nowMs, limits.suspectAfterSeconds * 1000);
            if (later.progress.some((one) => one.node === node)) break;
          }
          expect(counted).toBeGreaterThanOrEqual(limits.lostAfterSeconds * 1000);
        }
      }
    }),
    options(300),
  );
  expect(losses, 'the games never came to a loss: they prove nothing').toBeGreaterThan(20);
});

it('one good look makes any node alive; without a look nothing changes', () => {
  fc.assert(
    fc.property(games, ([looks, steps, progressed]) => {
      for (const { grading, before, looks: now } of play(looks, steps, progressed)) {
        for (const [index, view] of grading.nodes.entries()) {
          const expected = now[index] === 'good' ? 'alive' : now[index] === 'none' ? before[index]?.state : view.state;
          if (view.state !== expected) expect.fail(`${view.node} is ${view.state} after ${now[index]}, not ${expected}`);
        }
      }
    }),
    options(100),
  );
});

it('a failed look never improves the state of a node, and the list of changes is exact', () => {
  const order = ['alive', 'suspect', 'unreachable', 'lost'];
  fc.assert(
    fc.property(games, ([looks, steps, progressed]) => {
      for (const { grading, before, looks: now } of play(looks, steps, progressed)) {
        const changed = grading.nodes.filter((view, index) => view.state !== before[index]?.state).map(({ node }) => node);
        if (changed.join() !== grading.changes.map(({ node }) => node).join()) expect.fail(`changed ${changed.join()}`);
        for (const [index, view] of grading.nodes.entries()) {
          const was = before[index]?.state ?? 'joining';
          if (now[index] === 'bad' && was !== 'joining' && order.indexOf(view.state) < order.indexOf(was))
            expect.fail(`${view.node}: ${was} → ${view.state} on a failing look`);
        }
      }
    }),
    options(100),
  );
});

it('when most of a cluster vanishes at once, no node becomes lost, however long it lasts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 9 }), (nodes, rounds, step) => {
      const gone = Math.ceil(nodes / 2);
      const looks = Array.from({ length: nodes }, (_, at) =>
        Array.from({ length: rounds + 3 }, (__, round): Look => (round >= 3 && at < gone ? 'bad' : 'good')),
      );
      for (const { grading } of play(looks, [step], [false])) expect(grading.nodes.some(({ state }) => state === 'lost')).toBe(false);
    }),
    options(100),
  );
});
