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

/**
 * Runs the suite on each machine. The suites run at the same time, because they often wait, and the tests of a suite run one after the other. The machines
 * are removed after all suites: a machine that another suite still uses would count as a leak.
 */
export function describeMachines(machines: Readonly<Record<string, () => Promise<MachineFixture>>>): void {
  const fixtures: MachineFixture[] = [];
  afterAll(async () => {
    for (const { close } of fixtures) await close();
    for (const { remove } of fixtures) expect(await remove()).toEqual([]);
  }, 120_000);
  for (const [name, make] of Object.entries(machines))
    describe.concurrent(`${name} machine`, () => {
      describe.sequential('in order', { timeout: 60_000 }, () => {
        const harness = new MachineHarness();
        beforeAll(async () => void fixtures.push(await harness.begin(make)), 60_000);
        afterAll(() => rmSync(harness.scratch, { recursive: true, force: true }));
        runConformance(harness);
        jobConformance(harness);
        fenceConformance(harness);
        manifestConformance(harness);
        copyConformance(harness);
      });
    });
}
