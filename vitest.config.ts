/** The rungs of the test ladder, each a folder under test/ and a project. They run in this order, cheapest first; one rung's files run two at a time. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { FinalCount } from './test/support/reporter.ts';

const temporalServer = './test/support/temporal-server.ts';

interface Rung {
  readonly testTimeoutMs: number;
  readonly needsTemporal?: boolean;
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
  workflow: { testTimeoutMs: 30_000, needsTemporal: true },
  story: { testTimeoutMs: 300_000, serial: true },
};

const otherRungs = Object.keys(rungs).filter((name) => name !== 'unit');

export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: true,
    reporters: ['default', new FinalCount()],
    projects: Object.entries(rungs).map(([name, { testTimeoutMs, needsTemporal, serial }], order) => ({
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
        globalSetup: needsTemporal === true && existsSync(temporalServer) ? [temporalServer] : [],
      },
    })),
  },
});
