/**
 * Finds why the pairs of an evaluation item are not those that it was asked for. The test of the gate reads pairs in index order, up to the first gap.
 * So an item that leaves a pair out would let the stage wait for that pair, and a pair with a wrong index would count for another one.
 */
import { isPair } from './evaluation.ts';

export interface PairFault {
  /** The index of the pair that is wrong. -1 when the result has no pairs at all. */
  readonly pair: number;
  /** A clause such as "pair 3 is missing". */
  readonly because: string;
}

interface AskedPair {
  readonly index: number;
  readonly opening?: number;
}

/** Returns the first fault, or undefined when the result has exactly the pairs of the request, each once. A request without pairs has no fault. */
export function pairFault(request: Readonly<Record<string, unknown>>, result: Readonly<Record<string, unknown>>): PairFault | undefined {
  const { pairs: asked } = request;
  if (!Array.isArray(asked)) return undefined;
  const { pairs } = result;
  if (!Array.isArray(pairs)) return { pair: -1, because: 'its result has no list "pairs"' };
  const wanted = new Map((asked as readonly AskedPair[]).map((one) => [one.index, one]));
  const seen = new Set<number>();
  for (const [at, pair] of (pairs as readonly unknown[]).entries()) {
    if (!isPair(pair)) return { pair: at, because: `entry ${at} of its pairs is no pair (an index and two scores of 1, 0.5 or 0)` };
    const { index } = pair;
    const one = wanted.get(index);
    const range = `${firstOf(wanted)} to ${lastOf(wanted)}`;
    if (one === undefined) return { pair: index, because: `pair ${index} was not asked for (pairs ${range} were)` };
    if (seen.has(index)) return { pair: index, because: `pair ${index} is there twice` };
    const opening: unknown = pair.opening;
    if (opening !== undefined && one.opening !== undefined && opening !== one.opening)
      return { pair: index, because: `pair ${index} was played from opening ${JSON.stringify(opening)} and not from ${one.opening}` };
    seen.add(index);
  }
  const missing = [...wanted.keys()].find((index) => !seen.has(index));
  return missing === undefined ? undefined : { pair: missing, because: `pair ${missing} is missing` };
}

const firstOf = (wanted: ReadonlyMap<number, AskedPair>): number => Math.min(...wanted.keys());
const lastOf = (wanted: ReadonlyMap<number, AskedPair>): number => Math.max(...wanted.keys());
