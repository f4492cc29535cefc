import { RingmasterError } from '../../src/domain/failure/error.ts';
import { type JobRef, jobKey } from '../../src/domain/ids.ts';
import type { OutputManifest } from '../../src/domain/job/job.ts';
import { plainEnv } from '../../src/domain/item/secret.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { pairFault } from '../../src/domain/model/pair-fault.ts';
import { jobEnvironment } from '../../src/transport/job/job-environment.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';
import { acceptLimits, nodeCommandLimits } from '../limits.ts';
import { listOutputs } from './list-outputs.ts';

/**
 * Reads the job's manifest, runs the pipeline's `verify` command, and moves the outputs into their datasets. Returns the manifest
 * with a bounded list of files. Each of these steps may be repeated. No output reaches a dataset before all outputs are accepted.
 */
export async function acceptOutputs({ job, spec }: AssignedJob, machine: Machine): Promise<OutputManifest> {
  const manifest = await machine.manifest(job);
  const missing = spec.outputs.filter((rule) => !manifest.files.some((file) => file.path === rule.path));
  if (missing.length > 0) {
    throw new RingmasterError('job.no-output', {
      cannot: `accept the outputs of ${jobKey(job)}`,
      because: `its manifest does not list ${missing.map((rule) => rule.path).join(', ')}`,
      hint: { say: 'having the program list every output the pipeline names, see docs/payload.md' },
      fields: { item: job.item, epoch: job.epoch },
    });
  }
  const fault = spec.kind === 'evaluate' ? pairFault(spec.request, manifest.result) : undefined;
  if (fault !== undefined) {
    throw new RingmasterError('job.bad-pairs', {
      cannot: `accept the pairs of ${jobKey(job)}`,
      because: fault.because,
      hint: { say: 'having the program return each pair of input/request.json once, with its index and its opening, see docs/payload.md' },
      fields: { item: job.item, epoch: job.epoch, pair: fault.pair },
    });
  }
  if (spec.verify !== undefined) await verify(job, spec, machine);
  await machine.settle(job, spec.outputs);
  return listOutputs(manifest, spec.outputs);
}

async function verify(job: JobRef, spec: WorkItemSpec, machine: Machine): Promise<void> {
  const [root = ''] = (await machine.run({ argv: ['pwd'], timeoutMs: nodeCommandLimits.shortMsMax })).stdout.split('\n');
  const { payloadFolder, variables } = jobEnvironment(root, job, spec);
  const result = await machine.run({
    argv: (spec.verify ?? []).map((part) => part.replaceAll('{payload}', payloadFolder)),
    cwd: jobFolder(job),
    env: { ...plainEnv(spec.env), ...variables },
    timeoutMs: acceptLimits.verifyMsMax,
  });
  if (result.code === 0) return;
  throw new RingmasterError('job.verify-failed', {
    cannot: `accept the outputs of ${jobKey(job)}`,
    because: `its verify command ended with ${result.code ?? result.signal}: ${(result.stderr || result.stdout).trim().slice(-acceptLimits.quoteCharsMax)}`,
    hint: { say: `looking into the job's folder on ${machine.node}, or running the verify command there` },
    fields: { item: job.item, epoch: job.epoch },
  });
}
