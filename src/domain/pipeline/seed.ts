import type { JobStage } from './stages.ts';

/**
 * The path from a pipeline's seed to the seed of one job. All randomness of a pipeline comes from its one seed, so that a repeated turn plays the same games.
 *
 * The hash is FNV-1a (32 bit) over the UTF-16 code units of "<seed>/<stage>/<turn>/<index>", followed by `fmix32` of MurmurHash3, because FNV alone gives
 * similar values for neighbouring indices. The hash only spreads values; it is not cryptographic.
 */
export interface SeedPath {
  /** The pipeline's seed; any safe integer. */
  readonly seed: number;
  readonly stage: JobStage;
  readonly turn: number;
  readonly index: number;
}

/** Returns the seed at this path, an unsigned integer of 32 bits. */
export function deriveSeed({ seed, stage, turn, index }: SeedPath): number {
  const text = `${seed}/${stage}/${turn}/${index}`;
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
