import type { FailureRecord } from '../failure/record.ts';
import type { OutputFile } from './job.ts';

/**
 * The end of a try. `Good` has the further fields of a good end. There are none when only the process has ended. After the outputs are accepted there is the
 * manifest. After the outputs are home there are the result and the files.
 */
export type TryEnd<Good extends object = object> =
  | ({ readonly type: 'completed' } & Good)
  | { readonly type: 'failed'; readonly failure: FailureRecord };

/** The end of a job, as the job's workflow reports it to the ledger. */
export type JobOutcome = TryEnd<{ readonly result: Readonly<Record<string, unknown>>; readonly files: readonly OutputFile[] }>;
