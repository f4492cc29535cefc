/**
 * The keys of a process. A process at home has the whole key. A node's own worker has only the keys of its scopes: with these, a program on the node can
 * forge calls to that node and progress, and nothing else.
 */
import type { NodeId } from '../../domain/ids.ts';
import { nodeProbeQueue, nodeQueue } from '../queue.ts';
import { type Effect, hmacHex, isProven, proofOf } from './proof.ts';

/** Returns the key of a scope, or undefined when the process does not have it. `whole` is the scope of everything that no other scope covers. */
export type KeyRing = (scope: string) => string | undefined;

const wholeScope = 'whole';
const progressScope = 'progress';
const nodeQueuePrefix = nodeQueue('' as NodeId);

/** Returns the scope of an effect. `queue` is the task queue of an activity. Progress of jobs is only shown to people, so nodes may report it. */
export function scopeOf({ kind, name }: Pick<Effect, 'kind' | 'name'>, queue: string): string {
  if (kind !== 'activity') return wholeScope;
  if (queue.startsWith(nodeQueuePrefix)) return queue;
  return name === 'progressJobs' ? progressScope : wholeScope;
}

/** Returns the ring of a process that has the whole key. */
export const ringOf = (key: string): KeyRing => {
  const made = new Map([[wholeScope, key]]);
  return (scope) => {
    const found = made.get(scope) ?? hmacHex(key, `scope ${scope}`);
    made.set(scope, found);
    return found;
  };
};

/** Returns the keys of a node's own worker as text. The gateway sends the text to the worker on standard input. */
export const nodeKeysOf = (ring: KeyRing, node: NodeId): string =>
  JSON.stringify(Object.fromEntries([nodeQueue(node), nodeProbeQueue(node), progressScope].map((scope) => [scope, ring(scope)])));

/** Returns the ring that `nodeKeysOf` wrote, or undefined for an empty text: the cluster then asks for no key. */
export function readNodeKeys(text: string): KeyRing | undefined {
  if (text.trim() === '') return undefined;
  const keys = JSON.parse(text) as Readonly<Record<string, string>>;
  return (scope) => (Object.hasOwn(keys, scope) ? keys[scope] : undefined);
}

/** Returns the proof of an effect. Throws when the process does not have the key: it would send a call that is refused. */
export function prove(ring: KeyRing, effect: Effect, queue = ''): string {
  const scope = scopeOf(effect, queue);
  const key = ring(scope);
  if (key === undefined) throw new Error(`this process has no key of the scope ${scope}`);
  return proofOf(key, effect);
}

/** Returns whether the value of the header proves the effect to this process. */
export function proves(ring: KeyRing, value: unknown, effect: Effect, queue = ''): boolean {
  const key = ring(scopeOf(effect, queue));
  return key !== undefined && isProven(key, value, effect);
}
