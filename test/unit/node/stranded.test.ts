/** Tests the rule of the last node: which items would wait for ever if a node went out of service, because no other node could run them. */
import { describe, expect, it } from 'vitest';
import { mergeNode } from '../../../src/domain/node/merge.ts';
import type { NodeView } from '../../../src/domain/node/node.ts';
import { strandedBy, type PendingShape } from '../../../src/domain/node/stranded.ts';
import type { NodeService, NodeWish } from '../../../src/domain/node/wish.ts';
import { itemId, nodeView } from '../../support/item-spec.ts';

const shape = (slots: number, ...labels: string[]): PendingShape => ({ slots, labels, items: 1, first: [itemId('x')] });
const wish = (service: NodeService, more: Partial<NodeWish> = {}): NodeWish => ({ service, reason: '', by: '', sinceMs: 0, ...more });
const wished = (service: NodeService, node = nodeView('b')): NodeView => mergeNode(node, wish(service));
const stranded = (shapes: PendingShape[], others: NodeView[], before = nodeView('b'), after = wished('draining', before)) =>
  strandedBy({ before, after, others, shapes });

describe('a node that goes out of service', () => {
  it('strands items that no other node could run: too few slots, a label that no other node has, or no other node', () => {
    const before = nodeView('b', { slots: 4, labels: ['gpu'] });
    const others = [nodeView('a', { slots: 2, labels: ['gpu'] }), nodeView('c', { slots: 4 })];
    const shapes = [shape(1), shape(2, 'gpu'), shape(4), shape(4, 'gpu')];
    expect(stranded(shapes, others, before)).toEqual([shape(4, 'gpu')]);
    expect(stranded(shapes, [], before)).toEqual(shapes);
  });

  it('strands no item that it could not run itself, and none when nothing is pending', () => {
    expect(stranded([shape(8), shape(1, 'tpu')], [])).toEqual([]);
    expect(stranded([], [])).toEqual([]);
  });

  it.each(['joining', 'alive', 'suspect', 'unreachable'] as const)('leaves the work to another that is %s, because that may take it', (state) => {
    expect(stranded([shape(1)], [nodeView('a', { state })])).toEqual([]);
  });

  it('does not count on a node that is lost, cordoned, draining, or has too few slots by a wish', () => {
    const others = [
      nodeView('a', { state: 'lost' }),
      wished('cordoned', nodeView('c')),
      wished('draining', nodeView('d')),
      mergeNode(nodeView('e', { slots: 9 }), wish('in-service', { slots: 1 })),
    ];
    expect(stranded([shape(2)], others)).toEqual([shape(2)]);
  });

  it('strands no further item when it was already out of service', () => {
    expect(stranded([shape(1)], [], wished('cordoned'))).toEqual([]);
  });
});

it('a wish for fewer slots or other labels strands items that only this node could run', () => {
  const before = nodeView('b', { slots: 4, labels: ['gpu'] });
  expect(stranded([shape(1), shape(4)], [], before, mergeNode(before, wish('in-service', { slots: 2 })))).toEqual([shape(4)]);
  expect(stranded([shape(1), shape(1, 'gpu')], [], before, mergeNode(before, wish('in-service', { labels: [] })))).toEqual([shape(1, 'gpu')]);
});
