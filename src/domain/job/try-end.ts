import type { FailureRecord } from '../failure/record.ts';
import type { OutputFile } from './job.ts';

/**
 * How a try ended. `Good` is what a good end carries so far: nothing while only the process has ended, the manifest once the outputs are accepted,
 * and result and files once the outputs are home.
 */
export type TryEnd<Good extends object = object> =
  | ({ readonly type: 'completed' } & Good)
  | { readonly type: 'failed'; readonly failure: FailureRecord };

/** How a job ended, as its workflow reports it to the ledger. */
export type JobOutcome = TryEnd<{ readonly result: Readonly<Record<string, unknown>>; readonly files: readonly OutputFile[] }>;
