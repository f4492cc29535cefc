/**
 * The copies of datasets of home on the nodes, for the daemons that keep them in step. A dataset has a **version** at home. A push that was asked for with
 * a version begins after that version was seen, so the copy that it makes has at least that version.
 *
 *   the copy has the version, and was pushed within `copyTrustedMs` → in step
 *   its node is not alive                                           → behind, until the node is back
 *   a push is under way                                             → behind, until the push is recorded; after `pushMsMax` it is asked for again
 *   its last pushes failed                                          → behind for 5, 10, 20 … s after the last failure, at most `pushRestMsMax`;
 *                                                                     a node that came back since is tried at once
 *   `pushesMax` pushes are under way                                → behind, until one of them is recorded
 *   otherwise                                                       → a push is asked for
 */
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../failure/record.ts';
import type { NodeId } from '../ids.ts';
import type { NodeState } from '../node/node.ts';
import type { SyncRequest } from './sync.ts';

/** At most this many pushes of a daemon are under way at the same time. */
export const pushesMax = 8;
/** A push that was not recorded after this time is asked for again. A push that still runs is not started twice. */
export const pushMsMax = 600_000;
/** A copy that was pushed longer ago is asked for again, because its node may have lost it. A push of what is there is one look. */
export const copyTrustedMs = 24 * 3_600_000;
export const pushRestMs = 5_000;
export const pushRestMsMax = 600_000;
/** A copy whose pushes failed this often in a row makes its daemon unwell. */
export const failuresUnwell = 3;
/** While pushes are under way, the daemon looks again after this time. */
export const pushLookMs = 2_000;
/** So many copies that are behind are named. */
const behindNamedMax = 10;

/** A version of a dataset, and the nodes that should have it. */
export interface WantedCopies {
  readonly dataset: string;
  readonly version: string;
  readonly targets: readonly NodeId[];
}

/** A copy, as the ledger of syncs knows it. */
export interface CopyView {
  readonly dataset: string;
  readonly target: string;
  /** The version of the newest push that was asked for with one. */
  readonly version?: string;
  readonly completedAtMs?: number;
  /** The failed pushes since the last completed one. */
  readonly failures: number;
  readonly failedAtMs?: number;
  readonly failure?: FailureRecord;
}

/** A node, as far as its copies are concerned. */
export interface CopyNode {
  readonly node: string;
  readonly state: NodeState;
  readonly sinceMs: number;
}

/** The pushes that a daemon has asked for and that are not recorded yet. */
export interface PushesUnderWay {
  readonly pushes: readonly { readonly dataset: string; readonly target: string; readonly atMs: number }[];
}

export interface CopiesSeen {
  readonly wanted: readonly WantedCopies[];
  readonly copies: readonly CopyView[];
  readonly nodes: readonly CopyNode[];
}

/** A copy that lacks its version, with the reason as a clause. */
export interface CopyBehind {
  readonly dataset: string;
  readonly target: string;
  readonly because: string;
  readonly failures: number;
}

export interface CopyPlan {
  readonly inStep: number;
  readonly behind: readonly CopyBehind[];
  readonly pushes: readonly SyncRequest[];
  readonly memory: PushesUnderWay;
  /** The time until the next look, when it is shorter than the interval of the daemon. */
  readonly restMs?: number;
}

type State = { readonly type: 'in-step' | 'push' | 'pushing' } | { readonly type: 'behind'; readonly because: string; readonly inMs?: number };

export function planCopies({ wanted, copies, nodes }: CopiesSeen, memory: PushesUnderWay | undefined, nowMs: number): CopyPlan {
  const known = new Map(copies.map((copy) => [keyOf(copy), copy]));
  const seen = new Map(nodes.map((node) => [node.node, node]));
  const asked = new Map((memory?.pushes ?? []).map((push) => [keyOf(push), push]));
  const all = wanted.flatMap(({ dataset, version, targets }) =>
    targets.map((target) => {
      const copy = known.get(keyOf({ dataset, target })) ?? { dataset, target, failures: 0 };
      const state = stateOf({ copy, version, node: seen.get(target), askedAtMs: asked.get(keyOf(copy))?.atMs }, nowMs);
      return { copy, version, state };
    }),
  );
  const pushing = all.filter(({ state }) => state.type === 'pushing');
  const due = all.filter(({ state }) => state.type === 'push');
  // A copy that failed less often goes first, so that copies which always fail hold up no other.
  const next = due.toSorted((a, b) => a.copy.failures - b.copy.failures).slice(0, Math.max(0, pushesMax - pushing.length));
  const started = new Set(next.map(({ copy }) => keyOf(copy)));
  const restsMs = all.flatMap(({ state }) => (state.type === 'behind' && state.inMs !== undefined ? [state.inMs] : []));
  if (pushing.length + next.length > 0) restsMs.push(pushLookMs);
  return {
    inStep: all.filter(({ state }) => state.type === 'in-step').length,
    behind: all.flatMap(({ copy: { dataset, target, failures }, state }) => {
      if (state.type === 'in-step') return [];
      return [{ dataset, target, failures, because: reasonOf(state, started.has(keyOf({ dataset, target }))) }];
    }),
    pushes: next.map(({ copy: { dataset, target }, version }) => ({ dataset, source: 'home', target, version })),
    memory: {
      pushes: [
        ...pushing.flatMap(({ copy }) => asked.get(keyOf(copy)) ?? []),
        ...next.map(({ copy: { dataset, target } }) => ({ dataset, target, atMs: nowMs })),
      ],
    },
    ...given({ restMs: restsMs.length === 0 ? undefined : Math.min(...restsMs) }),
  };
}

const keyOf = ({ dataset, target }: Pick<SyncRequest, 'dataset' | 'target'>): string => `${dataset} ${target}`;

interface CopySeen {
  readonly copy: CopyView;
  readonly version: string;
  readonly node: CopyNode | undefined;
  readonly askedAtMs: number | undefined;
}

function stateOf({ copy, version, node, askedAtMs }: CopySeen, nowMs: number): State {
  const isAlive = node?.state === 'alive';
  const isTrusted = nowMs - (copy.completedAtMs ?? 0) < copyTrustedMs;
  if (copy.version === version && (isTrusted || !isAlive)) return { type: 'in-step' };
  if (!isAlive) return { type: 'behind', because: node === undefined ? `${copy.target} was not seen yet` : `${copy.target} is ${node.state}` };
  const recordedAtMs = Math.max(copy.completedAtMs ?? 0, copy.failedAtMs ?? 0);
  // A time that lies in the future was written before the clock was set back.
  const isUnderWay = askedAtMs !== undefined && recordedAtMs < askedAtMs && askedAtMs <= nowMs && nowMs - askedAtMs < pushMsMax;
  if (isUnderWay) return { type: 'pushing' };
  const { failures, failedAtMs = 0 } = copy;
  const inMs = failedAtMs + Math.min(pushRestMs * 2 ** (failures - 1), pushRestMsMax) - nowMs;
  const isResting = failures > 0 && inMs > 0 && failedAtMs <= nowMs && node.sinceMs <= failedAtMs;
  return isResting ? { type: 'behind', because: sayFailures(copy, inMs), inMs } : { type: 'push' };
}

const reasonOf = (state: Exclude<State, { readonly type: 'in-step' }>, isStarted: boolean): string => {
  if (state.type === 'behind') return state.because;
  return isStarted || state.type === 'pushing' ? 'it is being copied' : `${pushesMax} other copies are being made`;
};

const sayFailures = ({ failures, failure }: CopyView, inMs: number): string =>
  `${failures === 1 ? 'its last push' : `its last ${failures} pushes`} failed (${failure?.code ?? 'no reason known'}); the next one begins in ${Math.ceil(inMs / 1_000)} s`;

/** Returns the health of a daemon that keeps these copies. */
export function copiesHealth({ inStep, behind }: CopyPlan): {
  readonly healthy: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
} {
  const copies = inStep + behind.length;
  const [first] = behind;
  return {
    healthy: behind.every(({ failures }) => failures < failuresUnwell),
    message:
      first === undefined
        ? `${copies} ${copies === 1 ? 'copy is' : 'copies are'} in step`
        : `${inStep} of ${copies} copies are in step; ${first.dataset} on ${first.target} is behind: ${first.because}`,
    details: {
      copies,
      'in step': inStep,
      ...Object.fromEntries(behind.slice(0, behindNamedMax).map(({ dataset, target, because }) => [`${dataset} on ${target}`, because])),
    },
  };
}
