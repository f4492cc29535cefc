/**
 * The promises of every Machine. Local, ssh and scripted machines pass the same suite, so a test with the scripted machine is also true of the real
 * machines. The parts of the suite are in `conformance/`.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { MachineHarness, type MachineFixture } from './conformance/machine-harness.ts';
import { copyConformance, filesConformance } from './conformance/copy.ts';
import { fenceConformance, stopAllConformance } from './conformance/fence.ts';
import { jobConformance, jobOverConnection } from './conformance/job.ts';
import { manifestConformance } from './conformance/manifest.ts';
import { runConformance } from './conformance/run.ts';

/**
 * Runs the suite. `connection` runs the promises that use the connection in a way of their own: commands with their inputs and outputs, files, copies, a job
 * from its start to its end, a look that waits, and the end of all jobs. The other promises depend on the programs that run on the node alone.
 */
export function describeMachine(name: string, make: () => Promise<MachineFixture>, part: 'whole' | 'connection' = 'whole'): void {
  describe(`${name} machine`, { timeout: 60_000 }, () => {
    const harness = new MachineHarness();
    beforeAll(() => harness.begin(make), 60_000);
    afterAll(async () => {
      rmSync(harness.scratch, { recursive: true, force: true });
      expect(await harness.fixture.remove()).toEqual([]);
    }, 60_000);
    runConformance(harness);
    jobOverConnection(harness);
    copyConformance(harness);
    if (part === 'whole') {
      jobConformance(harness);
      fenceConformance(harness);
      manifestConformance(harness);
      filesConformance(harness);
    }
    stopAllConformance(harness);
  });
}
