/** Tests the activity behind `node lost`: what it records, what it refuses, and when the decision ends. */
import { expect, it } from 'vitest';
import type { NodeView } from '../../../src/domain/node/node.ts';
import type { WishRequest } from '../../../src/domain/node/wish.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { claim } from '../queue/claimed.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const lose: WishRequest = { node: nodeId('b'), service: 'lost', reason: 'the machine burned', by: 'kim@desk' };
const silent = nodeView('b', { state: 'unreachable', evidence: 'no answer for 95 s' });

async function cluster(...nodes: NodeView[]) {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes });
  const stateOfB = () => on.ledgers.resources.nodes().find(({ node }) => node === 'b')?.state;
  return { on, stateOfB };
}

it('an unreachable node is lost at once, with who and why, and a repeat changes nothing', async () => {
  const { on, stateOfB } = await cluster(nodeView('b'));
  await on.activities.enqueue({ items: [itemSpec('x')] });
  await claim(on);
  await on.activities.recordNodes({ nodes: [silent] });
  const reply = await on.activities.wishNode(lose);
  expect(reply).toMatchObject({ node: 'b', changed: true, openJobs: [{ item: 'x', epoch: 1 }] });
  expect(reply.lost).toMatch(/^declared lost by kim@desk at 20\d\d-.*: the machine burned$/);
  expect(stateOfB()).toBe('lost');
  expect(await on.activities.wishNode({ ...lose, reason: 'again' })).toMatchObject({ changed: false, lost: reply.lost });
  const model = openReadModel(on.folder);
  expect(model.nodeChanges('b')[0]).toMatchObject({ from: 'unreachable', to: 'lost', evidence: reply.lost });
  model.close();
});

it('the node stays lost in every sweep until it answers, and is then an ordinary node again', async () => {
  const { on, stateOfB } = await cluster(silent);
  await on.activities.wishNode(lose);
  for (const state of ['unreachable', 'suspect'] as const) {
    const recorded = await on.activities.recordNodes({ nodes: [{ ...silent, state }] });
    expect(recorded?.decided).toMatchObject([{ node: 'b', state: 'lost' }]);
    expect(stateOfB()).toBe('lost');
  }
  expect(await on.activities.recordNodes({ nodes: [nodeView('b')] })).toEqual({ wishes: {} });
  expect(stateOfB()).toBe('alive');
  await on.activities.recordNodes({ nodes: [silent] });
  expect(stateOfB()).toBe('unreachable');
});

it('a node that answers is refused, and so is a node that the cluster does not have', async () => {
  const { on, stateOfB } = await cluster(nodeView('b'));
  const failure = await failureOf('node.alive', () => on.activities.wishNode(lose));
  expect(failure.message).toBe('Cannot declare node b lost because it answers, so its jobs may be running');
  expect(failure.hint).toMatchObject({ run: 'ringmaster node drain b' });
  expect(stateOfB()).toBe('alive');
  await failureOf('node.unknown', () => on.activities.wishNode({ ...lose, node: nodeId('z') }));
});

it('a wish for the node is kept', async () => {
  const { on } = await cluster(nodeView('a'), silent);
  await on.activities.wishNode({ ...lose, service: 'cordoned' });
  const { wish } = await on.activities.wishNode(lose);
  expect(wish?.service).toBe('cordoned');
  expect(on.ledgers.resources.nodes()[1]).toMatchObject({ state: 'lost', wish: { service: 'cordoned' } });
});
