import type { FailureRecord } from './record.ts';

/** The field that holds the end of a failed program's stderr, so that a person can read it when the node is gone. */
const field = 'stderr';

export const withStderr = (failure: FailureRecord, stderr: string): FailureRecord =>
  stderr === '' ? failure : { ...failure, fields: { ...failure.fields, [field]: stderr } };

export function stderrOf({ fields }: FailureRecord): string | undefined {
  const stderr = fields[field];
  return typeof stderr === 'string' ? stderr : undefined;
}
