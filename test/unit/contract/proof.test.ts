/** The proof of the cluster's key: its text, a known value, and the scopes of a node's own worker. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { nodeKeysOf, prove, proves, readNodeKeys, ringOf } from '../../../src/contract/proof/key-ring.ts';
import { type Effect, effectText, isProven, proofOf } from '../../../src/contract/proof/proof.ts';
import type { NodeId } from '../../../src/domain/ids.ts';

const key = '0b'.repeat(32);
const start: Effect = { kind: 'start', workflowId: 'cancel/hello', name: 'cancel', args: [{ reason: 'enough', items: ['hello.1'] }] };

it('is the HMAC-SHA256 of the canonical text, as Node and openssl make it', () => {
  expect(effectText(start)).toBe('["start","cancel/hello","cancel",[{"items":["hello.1"],"reason":"enough"}]]');
  expect(proofOf(key, start)).toBe(createHmac('sha256', Buffer.from(key, 'hex')).update(effectText(start)).digest('hex'));
  // docs/temporal-cli.md shows the openssl command that made this value.
  expect(proofOf(key, start)).toBe('f3b212f0686958a14e9511dda5ff70dea69823883b55d3f3ae8a2dce2879bf89');
});

it('is the same for what a worker reads after JSON: undefined members, dates, text beyond ASCII', () => {
  const sent = [{ at: new Date(0), none: undefined, word: 'größe 🙂', list: [undefined, 1.0] }, undefined];
  const read: unknown = JSON.parse(JSON.stringify(sent));
  expect(proofOf(key, { ...start, args: sent })).toBe(proofOf(key, { ...start, args: read as unknown[] }));
});

it('fits its own call only', () => {
  const proof = proofOf(key, start);
  expect(isProven(key, proof, start)).toBe(true);
  expect(isProven(key, `${'0'.repeat(64)} ${proof}`, start)).toBe(true);
  const others: Partial<Effect>[] = [{ kind: 'signal' }, { workflowId: 'cancel/x' }, { name: 'enqueue' }, { args: [] }];
  for (const other of others) expect(isProven(key, proof, { ...start, ...other })).toBe(false);
  for (const value of [undefined, '', {}, proof.toUpperCase()]) expect(isProven(key, value, start)).toBe(false);
  expect(isProven('0c'.repeat(32), proof, start)).toBe(false);
});

it("a node's own worker can check calls to its node and prove progress, and nothing else", () => {
  const home = ringOf(key);
  const node = readNodeKeys(nodeKeysOf(home, 'b' as NodeId));
  if (node === undefined) return expect.fail('the worker got no keys');
  const call: Effect = { kind: 'activity', workflowId: 'job/x/1', name: 'startJob', args: [{}] };
  expect(proves(node, prove(home, call, 'node:b'), call, 'node:b')).toBe(true);
  expect(proves(home, prove(node, { ...call, name: 'progressJobs' }, 'ledger'), { ...call, name: 'progressJobs' }, 'ledger')).toBe(true);
  expect(() => prove(node, start)).toThrow(/no key/);
  expect(() => prove(node, call, 'node:c')).toThrow(/no key/);
  expect(() => prove(node, { ...call, name: 'closeJob' }, 'ledger')).toThrow(/no key/);
  expect(nodeKeysOf(home, 'b' as NodeId)).not.toContain(key);
  expect(readNodeKeys('\n')).toBeUndefined();
});
