/** The rungs of the test ladder, each a folder under test/ and a project. They run in this order, cheapest first; one rung's files run two at a time. */
import { defineConfig } from 'vitest/config';
import { FinalCount } from './test/support/reporter.ts';

interface Rung {
  readonly testTimeoutMs: number;
  /** One file at a time: they start whole clusters and would measure each other. */
  readonly serial?: boolean;
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
  launcher: { testTimeoutMs: 120_000, serial: true },
  story: { testTimeoutMs: 300_000, serial: true },
};

const otherRungs = Object.keys(rungs).filter((name) => name !== 'unit');

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', new FinalCount()],
    projects: Object.entries(rungs).map(([name, { testTimeoutMs, serial }], order) => ({
      test: {
        name,
        include: name === 'unit' ? ['test/**/*.test.ts'] : [`test/${name}/**/*.test.ts`],
        exclude: name === 'unit' ? otherRungs.map((rung) => `test/${rung}/**`) : [],
        environment: 'node',
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        fileParallelism: serial !== true,
        maxWorkers: serial === true ? 1 : 2,
        sequence: { groupOrder: order },
      },
    })),
  },
});
