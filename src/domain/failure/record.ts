import type { Hint } from './hint.ts';
import { messageOf, reasonIn } from './sentence.ts';
import { classOf, type FailureClass, type FailureCode } from './table.ts';

export type FailureFields = Readonly<Record<string, string | number | boolean>>;

/**
 * A failure as data. A record crosses process boundaries, is stored in ledgers and workflow histories, and is shown by `explain`.
 * `message` is "Cannot X because Y". `chain` lists the causes, the nearest cause first.
 */
export interface FailureRecord {
  readonly code: FailureCode;
  readonly class: FailureClass;
  readonly message: string;
  /** The reason alone, as a clause. Absent in a record of an older release (`reasonOf`). */
  readonly because?: string;
  /** The advice for a person. Absent in a record of an older release, whose message contains the hint. */
  readonly hint?: Hint;
  readonly fields: FailureFields;
  readonly chain: readonly string[];
}

export interface FailureParts {
  /** The action that failed, as a verb phrase: "start job x on node a". */
  readonly cannot: string;
  /** The reason, as a clause: "sshd on 10.0.0.1:22 refused the connection". */
  readonly because: string;
  readonly hint: Hint;
  readonly fields?: FailureFields;
  readonly cause?: unknown;
}

/** Returns the record of a failure that is returned as a result and is not thrown. */
export const failureRecord = (
  code: FailureCode,
  { fields = {}, hint, ...parts }: Omit<FailureParts, 'cause'>,
  chain: readonly string[] = [],
): FailureRecord => ({ code, class: classOf(code), message: messageOf(parts), because: parts.because, hint, fields, chain });

/** Returns the reason of a failure. A record of an older release has the reason in its message only. */
export const reasonOf = ({ because, message }: FailureRecord): string => because ?? reasonIn(message);

/** Returns the record of an error that our code does not expect. `text` is the text of that error. */
export const unexpectedFailure = (text: string, chain: readonly string[] = []): FailureRecord =>
  failureRecord(
    'internal.defect',
    { cannot: 'go on', because: `of an unexpected error (${text})`, hint: { say: 'again, and report it if it returns' } },
    chain,
  );
