/**
 * The promises of every Machine. Local, ssh and scripted machines pass the same suite, so a test with the scripted machine is also true of the real
 * machines. The parts of the suite are in `conformance/`.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { MachineHarness, type MachineFixture } from './conformance/machine-harness.ts';
import { copyConformance } from './conformance/copy.ts';
import { fenceConformance } from './conformance/fence.ts';
import { jobConformance } from './conformance/job.ts';
import { manifestConformance } from './conformance/manifest.ts';
import { runConformance } from './conformance/run.ts';

export function describeMachine(name: string, make: () => Promise<MachineFixture>): void {
  describe(`${name} machine`, { timeout: 60_000 }, () => {
    const harness = new MachineHarness();
    beforeAll(() => harness.begin(make), 60_000);
    afterAll(async () => {
      rmSync(harness.scratch, { recursive: true, force: true });
      expect(await harness.fixture.remove()).toEqual([]);
    }, 60_000);
    runConformance(harness);
    jobConformance(harness);
    fenceConformance(harness);
    manifestConformance(harness);
    copyConformance(harness);
  });
}
