/**
 * The rungs of the test ladder. Each rung is a folder under test/ and a project. The quick rungs run first, then the rungs that start whole clusters.
 * Three files run at a time on two cores, because a file mostly waits. Each file has its own ports, state, users and cluster name, and waits for
 * states with limits that are several times the usual time.
 */
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { FinalCount } from './test/support/reporter.ts';

interface Rung {
  readonly testTimeoutMs: number;
  /** True for rungs that start whole clusters; they run after the others. */
  readonly last?: boolean;
}

const rungs: Readonly<Record<string, Rung>> = {
  tidy: { testTimeoutMs: 30_000 },
  /** Includes every folder under test/ that is not a rung (test/cli, …), so that no test is left out by mistake. */
  unit: { testTimeoutMs: 30_000 },
  example: { testTimeoutMs: 20_000 },
  storage: { testTimeoutMs: 20_000 },
  model: { testTimeoutMs: 60_000 },
  replay: { testTimeoutMs: 30_000 },
  setup: { testTimeoutMs: 240_000 },
  transport: { testTimeoutMs: 30_000 },
  /** Each file starts its own time-skipping server, which has its own clock. */
  workflow: { testTimeoutMs: 60_000 },
  launcher: { testTimeoutMs: 120_000, last: true },
  story: { testTimeoutMs: 300_000, last: true },
};

const otherRungs = Object.keys(rungs).filter((name) => name !== 'unit');

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new FinalCount()],
    projects: Object.entries(rungs).map(([name, { testTimeoutMs, last = false }]) => ({
      test: {
        name,
        include: name === 'unit' ? ['test/**/*.test.ts'] : [`test/${name}/**/*.test.ts`],
        exclude: name === 'unit' ? otherRungs.map((rung) => `test/${rung}/**`) : [],
        environment: 'node',
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        maxWorkers: 3,
        sequence: { groupOrder: last ? 1 : 0 },
      },
    })),
  },
});
