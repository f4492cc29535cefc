/**
 * The rungs of the test ladder, each a folder under test/ and a project. They run in two groups. First those that compute: as many files at a time as a
 * small machine has cores. Then those that keep whole clusters and wait for them most of the time: more at a time than cores, since each has ports,
 * state, users and a cluster's name of its own, and waits for states with limits that are several times what it needs.
 */
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { FinalCount } from './test/support/reporter.ts';

interface Rung {
  readonly testTimeoutMs: number;
  readonly waits?: boolean;
}

const rungs: Readonly<Record<string, Rung>> = {
  tidy: { testTimeoutMs: 30_000 },
  /** Also every folder under test/ that is no rung (test/cli, …), so that no test is left out by mistake. */
  unit: { testTimeoutMs: 10_000 },
  example: { testTimeoutMs: 20_000 },
  storage: { testTimeoutMs: 20_000 },
  model: { testTimeoutMs: 60_000 },
  replay: { testTimeoutMs: 30_000 },
  setup: { testTimeoutMs: 60_000 },
  transport: { testTimeoutMs: 30_000 },
  /** Time skipping: each file starts its own server, and its clock is its own. */
  workflow: { testTimeoutMs: 60_000 },
  launcher: { testTimeoutMs: 120_000, waits: true },
  story: { testTimeoutMs: 300_000, waits: true },
};

const otherRungs = Object.keys(rungs).filter((name) => name !== 'unit');

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new FinalCount()],
    projects: Object.entries(rungs).map(([name, { testTimeoutMs, waits = false }]) => ({
      test: {
        name,
        include: name === 'unit' ? ['test/**/*.test.ts'] : [`test/${name}/**/*.test.ts`],
        exclude: name === 'unit' ? otherRungs.map((rung) => `test/${rung}/**`) : [],
        environment: 'node',
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        maxWorkers: waits ? 3 : 2,
        sequence: { groupOrder: waits ? 1 : 0 },
      },
    })),
  },
});
