/**
 * The state that entities carry from one run to the next, and the upgrades of that state. Each entity calls `upgradeState` on its input before anything
 * else. A release can therefore change the shape of the state while entities of the previous release are alive. A version that is newer than this release
 * is refused, because an older worker must not guess what the state means. `test/replay/state/` has fixtures of each release.
 */
import type { DaemonInput, DaemonManagerInput, DispatcherInput, NodeInput, PipelineInput } from './workflows.ts';
import { messageOf, sentenceOf } from '../domain/failure/sentence.ts';

interface Carried {
  readonly dispatcher: DispatcherInput;
  readonly node: NodeInput;
  readonly pipeline: PipelineInput;
  readonly daemon: DaemonInput;
  readonly daemonManager: DaemonManagerInput;
}
export type EntityType = keyof Carried;

export class UnknownStateVersion extends Error {
  override readonly name = 'UnknownStateVersion';
}

/** The upgrades of each entity's state. The step at index n - 1 upgrades version n to version n + 1. */
const steps: { readonly [Type in EntityType]: readonly ((state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)[] } = {
  dispatcher: [(state) => ({ ...state, v: 2, reconciledAtMs: 0 })],
  node: [],
  pipeline: [],
  daemon: [],
  daemonManager: [],
};

export const stateVersion = (type: EntityType): number => steps[type].length + 1;

/** Returns the carried state in the version of this release. Throws `UnknownStateVersion` for a version that this release does not know. */
export function upgradeState<Type extends EntityType>(type: Type, carried: unknown): Carried[Type] {
  const state = typeof carried === 'object' && carried !== null ? (carried as Readonly<Record<string, unknown>>) : {};
  const { v } = state;
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1 || v > stateVersion(type)) {
    const because = `its state has version ${JSON.stringify(v)} and this release knows 1 to ${stateVersion(type)}`;
    const message = messageOf({ cannot: `go on as ${type}`, because });
    throw new UnknownStateVersion(sentenceOf({ message, hint: { say: 'the release that wrote it' } }));
  }
  return steps[type].slice(v - 1).reduce((older, step) => step(older), state) as unknown as Carried[Type];
}
