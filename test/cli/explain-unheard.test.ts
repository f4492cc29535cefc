/** `explain` of a job on a node that does not respond: when the node responded last, and what happens when. The last report is not the present. */
import { expect, test } from 'vitest';
import { explain } from '../../src/service/explain/explain.ts';
import { nodeView } from '../support/item-spec.ts';
import { fixtureFacts, fixtureStatus } from './fixture-cluster.ts';

const nowMs = 1_000_000_000_000;

test('the progress of a job on a node that is away is its last report, and the sentence says what happens when', () => {
  const status = fixtureStatus(nowMs);
  const facts = fixtureFacts(nowMs);
  const running = { ...facts, item: { ...facts.item, state: 'running' as const } };
  const why = (change: object): string => {
    const nodes = status.nodes.map((node) => (node.node === 'c' ? { ...node, ...change } : { ...node, state: 'alive' as const }));
    return explain(facts.item.spec.id, { nowMs, status: { ...status, nodes }, item: running })?.why.join('\n') ?? '';
  };
  expect(why({})).toMatch(/It runs on c as epoch/);
  const away = why({ state: 'unreachable', heardAtMs: nowMs - 95_000 });
  expect(away).toMatch(/c does not answer\./);
  expect(away).toMatch(/responded last 1m35s ago .*declared lost and its jobs go to other nodes/s);
  expect(away).not.toMatch(/It runs on c/);
  expect(why({ isLookOld: true, lookAgeMs: 80_000 })).toMatch(/Not looked at since .*1m20s.*What its jobs do now is not known/s);
});

test('the rule of a loss, the verb and the end of the turn are said for a job on a node that is away', () => {
  const status = fixtureStatus(nowMs);
  const facts = fixtureFacts(nowMs);
  const why = (state: 'claimed' | 'running', responding: number, of: number): string => {
    const nodes = Array.from({ length: of }, (_, at) =>
      at === 0
        ? nodeView('c', { state: 'unreachable', heardAtMs: nowMs - 95_000 })
        : nodeView(`n${at}`, { state: at <= responding ? 'alive' : 'unreachable' }),
    );
    const item = { ...facts, item: { ...facts.item, state } };
    return explain(facts.item.spec.id, { nowMs, status: { ...status, nodes }, item })?.why.join('\n') ?? '';
  };
  const end = /Turn 2 of connect-four ends when this lasts 24 hours, and its pipeline pauses \(pipeline\.no-node\)\./;
  const verb = /`ringmaster node lost c` declares it lost at once/;
  for (const state of ['claimed', 'running'] as const) {
    const alone = why(state, 0, 1);
    expect(alone).toMatch(/It is the only node, so no rule declares it lost/);
    expect(alone).not.toMatch(/it is declared lost and its jobs go/);
    expect(alone).toMatch(verb);
    expect(alone).toMatch(end);
  }
  const few = why('running', 1, 3);
  expect(few).toMatch(/It is not declared lost while fewer than half of the nodes respond \(1 of 3\)/);
  expect(few).toMatch(verb);
  const half = why('running', 1, 2);
  expect(half).toMatch(/declared lost and its jobs go to other nodes, while at least half of the nodes respond/);
  expect(half).toMatch(verb);
  expect(half).toMatch(end);
});
