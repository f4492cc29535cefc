import { type JobRef, jobKey } from '../../domain/ids.ts';
import { jobFolder, outputFolder, versionFolder } from '../node-folder.ts';

/** The variables that a job's program gets, and the folder that replaces `{payload}` in its command (empty when the job has no payload). */
export interface JobEnvironment {
  readonly payloadFolder: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Returns what we give to a job's program and to its `verify` command. docs/payload.md describes it. `root` is the absolute path of the node's
 * folder.
 */
export function jobEnvironment(
  root: string,
  job: JobRef,
  { seed, payload }: { readonly seed: number; readonly payload?: { readonly dataset: string; readonly digest: string } },
): JobEnvironment {
  const payloadFolder = payload === undefined ? '' : `${root}/${versionFolder(payload.dataset, payload.digest)}`;
  return {
    payloadFolder,
    variables: {
      RINGMASTER_JOB: jobKey(job),
      RINGMASTER_INPUT: `${root}/${jobFolder(job)}/input`,
      RINGMASTER_OUTPUT: `${root}/${outputFolder(job)}`,
      RINGMASTER_PAYLOAD: payloadFolder,
      RINGMASTER_SEED: String(seed),
    },
  };
}
