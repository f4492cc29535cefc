/** `explain` of a job on a node that does not respond: when the node responded last, and what happens when. The last report is not the present. */
import { expect, test } from 'vitest';
import { explain } from '../../src/service/explain/explain.ts';
import { fixtureFacts, fixtureStatus } from './fixture-cluster.ts';

const nowMs = 1_000_000_000_000;

test('the progress of a job on a node that is away is its last report, and the sentence says what happens when', () => {
  const status = fixtureStatus(nowMs);
  const facts = fixtureFacts(nowMs);
  const running = { ...facts, item: { ...facts.item, state: 'running' as const } };
  const why = (change: object): string => {
    const nodes = status.nodes.map((node) => (node.node === 'c' ? { ...node, ...change } : node));
    return explain(facts.item.spec.id, { nowMs, status: { ...status, nodes }, item: running })?.why.join('\n') ?? '';
  };
  expect(why({})).toMatch(/It runs on c as epoch/);
  const away = why({ state: 'unreachable', heardAtMs: nowMs - 95_000 });
  expect(away).toMatch(/c does not answer\./);
  expect(away).toMatch(/responded last 1m35s ago .*declared lost and its jobs go to other nodes/s);
  expect(away).not.toMatch(/It runs on c/);
  expect(why({ isLookOld: true, lookAgeMs: 80_000 })).toMatch(/Not looked at since .*1m20s.*What its jobs do now is not known/s);
});
