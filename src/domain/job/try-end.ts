import type { FailureRecord } from '../failure/record.ts';
import type { JobLogs, OutputFile, OutputManifest, UnlistedFiles } from './job.ts';

/**
 * The end of a try. `Good` is the set of extra fields of a good end. When only the process has ended, `Good` has no fields. When the outputs are
 * accepted, `Good` has the manifest. When the outputs are home, `Good` has the result and the files.
 */
export type TryEnd<Good extends object = object> =
  | ({ readonly type: 'completed' } & Good)
  | { readonly type: 'failed'; readonly failure: FailureRecord };

/** The end of a job whose outputs are accepted, with the end of its logs. The logs are absent when the node could not be asked for them. */
export type AwaitedEnd = TryEnd<{ readonly manifest: OutputManifest }> & { readonly logs?: JobLogs };

/** The end of a job, as the job's workflow reports it to the ledger. */
export type JobOutcome = TryEnd<{
  readonly result: Readonly<Record<string, unknown>>;
  readonly files: readonly OutputFile[];
  readonly unlisted?: UnlistedFiles;
}>;
