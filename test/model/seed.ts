/**
 * All property tests use this seed. To choose another seed, run `SEED=123 npx vitest run test/model`. The default seed is fixed, so a run that passed
 * passes again. The long run draws its own seed.
 */
import type { Parameters } from 'fast-check';

export const seed = Number(process.env['SEED'] ?? 20_250_101);

export const options = <T>(runs: number): Parameters<T> => ({ seed, numRuns: runs * Number(process.env['RUNS_TIMES'] ?? 1) });
