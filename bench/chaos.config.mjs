/** The configuration of the runner for `bench/chaos.mjs`. The file of the random rows is in no rung of the tests. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FinalCount } from '../test/support/reporter.ts';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: { include: ['test/transport/matrix/chaos.ts'], reporters: ['default', new FinalCount()], hookTimeout: 120_000 },
});
