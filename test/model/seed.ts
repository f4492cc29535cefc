/** The seed of all properties: `SEED=123 npx vitest run test/model`. The default is fixed, so a green run stays green. The long run draws its own seed. */
import type { Parameters } from 'fast-check';

export const seed = Number(process.env['SEED'] ?? 20_250_101);

export const options = <T>(runs: number): Parameters<T> => ({ seed, numRuns: runs * Number(process.env['RUNS_TIMES'] ?? 1) });
