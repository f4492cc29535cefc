/** A wish is shown in the table of nodes, and in the output of `explain` for a node and for an item that waits. */
import { describe, expect, test } from 'vitest';
import { nodeLines } from '../../src/cli/node/node-lines.ts';
import { colourOf } from '../../src/cli/render/colour.ts';
import { mergeNode } from '../../src/domain/node/merge.ts';
import type { NodeState, NodeView } from '../../src/domain/node/node.ts';
import type { NodeService, NodeWish } from '../../src/domain/node/wish.ts';
import { explain } from '../../src/service/explain/explain.ts';
import { whyPending } from '../../src/service/explain/why-pending.ts';
import { sayWish } from '../../src/service/node/say-wish.ts';
import { itemId, nodeView } from '../support/item-spec.ts';
import { fixtureStatus } from './fixture-cluster.ts';

const nowMs = 1_700_000_000_000;
const wish = (service: NodeService, more: Partial<NodeWish> = {}): NodeWish => ({
  service,
  reason: 'new fan',
  by: 'kim@desk',
  sinceMs: nowMs - 300_000,
  ...more,
});
const jobs = (count: number) => Array.from({ length: count }, (_, k) => ({ item: itemId(`x.${k}`), epoch: 1 }));
const wished = (service: NodeService, more: Partial<NodeWish> = {}, state: NodeState = 'alive', open = 0): NodeView =>
  mergeNode(nodeView('b', { state }), wish(service, more), jobs(open));
const asked = 'by the wish of kim@desk 5m00s ago (new fan)';

describe('the sentence about a wish', () => {
  test.each<readonly [string, NodeView, string | undefined]>([
    ['none', nodeView('b'), undefined],
    ['in service again', wished('in-service'), undefined],
    ['other slots and labels', wished('in-service', { slots: 1, labels: [] }), `1 slot and labels none in place of the cluster file's, ${asked}.`],
    ['cordoned', wished('cordoned'), `cordoned ${asked}: it gets no new job, and its running jobs go on.`],
    ['draining, two jobs', wished('draining', {}, 'alive', 2), `draining ${asked}: it gets no new job, and waits for x.0/1, x.1/1.`],
    [
      'draining, many jobs',
      wished('draining', {}, 'alive', 7),
      `draining ${asked}: it gets no new job, and waits for x.0/1, x.1/1, x.2/1, x.3/1, x.4/1 and 2 more.`,
    ],
    [
      'draining, none known',
      wished('draining'),
      `draining ${asked}: no job is open on it; it counts as drained when the dispatcher has confirmed that.`,
    ],
    [
      'lost while it was draining',
      wished('draining', {}, 'lost'),
      `draining ${asked}: its jobs were given up with it. Whether their processes still run is known when the node is back.`,
    ],
    ['drained', wished('draining', { drainedAtMs: nowMs - 60_000 }), `drained ${asked}: its last job ended 1m00s ago.`],
    [
      'drained, then lost',
      wished('draining', { drainedAtMs: nowMs - 60_000 }, 'lost'),
      `drained ${asked}: its last job ended 1m00s ago, before the node was lost.`,
    ],
  ])('%s', (_, node, said) => {
    expect(sayWish(node, nowMs)).toBe(said);
  });
});

test('the table of nodes shows the wish beside the state, and a line about it below; without wishes it shows neither', () => {
  const lines = (nodes: NodeView[]) => nodeLines(nodes, { openJobs: [] }, nowMs, false, colourOf(false));
  expect(lines([nodeView('a'), nodeView('b')])).toHaveLength(3);
  const [, a, b, about] = lines([nodeView('a'), wished('draining', {}, 'suspect', 1)]);
  expect(a).toMatch(/^a +alive /);
  expect(b).toMatch(/^b +suspect, draining /);
  expect(about).toBe(`b: draining ${asked}: it gets no new job, and waits for x.0/1.`);
});

describe('explain', () => {
  const status = fixtureStatus(nowMs);
  const around = (...nodes: NodeView[]) => ({ nowMs, status: { ...status, nodes, openJobs: [] } });

  test('a node that drains says what it waits for and how to take it back', () => {
    const answer = explain('b', around(wished('draining', {}, 'alive', 1)));
    expect(answer?.why).toContain(`Wish: draining ${asked}: it gets no new job, and waits for x.0/1.`);
    expect(answer?.commands.join('\n')).toContain('ringmaster node uncordon b');
  });

  test('a node gets jobs only while no wish forbids it', () => {
    const why = (node: NodeView) => explain('b', around(node))?.why[0];
    expect(why(nodeView('b'))).toMatch(/^The node responds and gets jobs\./);
    expect(why(wished('cordoned'))).toMatch(/^The node responds\. It gets no new job, because an operator wishes so\./);
  });

  test('an item that waits names the nodes that are out of service', () => {
    const spec = { slots: 1, labels: [], priority: 5 };
    expect(whyPending({ spec }, around(nodeView('a'), wished('cordoned')).status, 1).slice(0, 3)).toEqual([
      'It waits for the next claim of the dispatcher, which may give it to a.',
      'a: may take it now.',
      'b: out of service (cordoned).',
    ]);
    expect(whyPending({ spec }, around(nodeView('a', { state: 'lost' }), wished('draining')).status, 1)[0]).toBe(
      'It waits: no node with any label is alive and in service (a lost, b draining).',
    );
  });
});
