/**
 * Failures are values: a code, fields and a sentence "Cannot X because Y is Z; try W".
 *
 * `failureTable` is total: each code has one class, and the class alone says whether Temporal retries
 * (`transient` and `throttled` are retried; the others are answers). Nothing else in the product retries.
 *
 * - transient      may pass by itself: a lost connection, a busy port.
 * - throttled      a limit said "later".
 * - node-fault     this node could not do it; another may.
 * - data           the bytes are wrong: corrupt, missing, not what the manifest says.
 * - configuration  a person must change something first.
 * - defect         a bug, ours or the payload's.
 * - cancelled      somebody asked for it.
 */
export type FailureClass = 'transient' | 'throttled' | 'node-fault' | 'data' | 'configuration' | 'defect' | 'cancelled';

export const failureTable = {
  'transport.unreachable': 'transient',
  'transport.connection-lost': 'transient',
  'transport.busy': 'throttled',
  'transport.timeout': 'transient',
  'transport.cancelled': 'transient',
  'transport.host-key-unknown': 'configuration',
  'transport.host-key-changed': 'configuration',
  'transport.authentication': 'configuration',
  'transport.no-shell-tool': 'configuration',
  'transport.command': 'node-fault',
  'sync.disk-full': 'node-fault',
  'sync.interrupted': 'transient',
  'sync.corrupt': 'data',
  'sync.source-missing': 'data',
  'sync.permission': 'configuration',
  'job.epoch-refused': 'cancelled',
  'job.spawn-failed': 'node-fault',
  'job.exit-code': 'defect',
  'job.killed': 'node-fault',
  'job.hang': 'defect',
  'job.timeout': 'defect',
  'job.no-output': 'defect',
  'job.bad-manifest': 'defect',
  'job.bad-progress': 'defect',
  'job.corrupt-output': 'data',
  'job.verify-failed': 'data',
  'job.lost': 'node-fault',
  'job.rebooted': 'node-fault',
  'job.disk-full': 'node-fault',
  'job.cancelled': 'cancelled',
  'job.stopped': 'cancelled',
  'queue.unknown-item': 'configuration',
  'queue.conflict': 'configuration',
  'queue.full': 'throttled',
  'ledger.busy': 'transient',
  'ledger.disk-full': 'transient',
  'ledger.corrupt': 'data',
  'ledger.newer-schema': 'configuration',
  'node.unknown': 'configuration',
  'node.needed': 'configuration',
  'pipeline.stage-failed': 'defect',
  'pipeline.no-games': 'data',
  'pipeline.bad-games': 'data',
  'config.invalid': 'configuration',
  'server.unavailable': 'transient',
  'server.port-busy': 'configuration',
  'server.not-found': 'configuration',
  'internal.defect': 'defect',
} as const satisfies Record<string, FailureClass>;

export type FailureCode = keyof typeof failureTable;
export const failureCodes = Object.keys(failureTable) as FailureCode[];
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failureTable, text);
export const classOf = (code: FailureCode): FailureClass => failureTable[code];
export const isRetried = (code: FailureCode): boolean => classOf(code) === 'transient' || classOf(code) === 'throttled';

/** A failure as data: what crosses walls, is stored, and is shown by `explain`. `chain[0]` is the nearest cause. */
export interface FailureRecord {
  readonly code: FailureCode;
  readonly class: FailureClass;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly chain: readonly string[];
}

export interface FailureParts {
  /** What could not be done, as a verb phrase: "start job x on node a". */
  readonly cannot: string;
  /** Why: "sshd on 10.0.0.1:22 refused the connection". */
  readonly because: string;
  /** What to try: "check that sshd runs: ssh a true". */
  readonly hint: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

export class RingmasterError extends Error {
  override readonly name = 'RingmasterError';
  readonly code: FailureCode;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Of an error that came as a record: its causes were left behind a wall. */
  readonly chain: readonly string[] | undefined;
  readonly #parts: FailureParts | FailureRecord;

  /** From a record: the same failure as an error again, after it has crossed a wall. */
  constructor(code: FailureCode, parts: FailureParts | FailureRecord) {
    if ('message' in parts) super(parts.message);
    else super(sentence(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.fields = parts.fields ?? {};
    this.#parts = parts;
    this.chain = 'chain' in parts ? parts.chain : undefined;
  }

  /** The same failure, with more to say. */
  with(fields: Readonly<Record<string, string | number | boolean>>): RingmasterError {
    return new RingmasterError(this.code, { ...this.#parts, fields: { ...this.fields, ...fields } });
  }
}

/** "Cannot X because Y; try W." */
const sentence = ({ cannot, because, hint }: FailureParts): string => `Cannot ${cannot} because ${because}; try ${hint}`;

/** A failure that is answered, not thrown. */
export const failureRecord = (code: FailureCode, parts: FailureParts): FailureRecord => toFailureRecord(new RingmasterError(code, parts));

/** Any thrown value as a record. What is not a RingmasterError is a defect of ours and says so. */
export function toFailureRecord(error: unknown): FailureRecord {
  const chain: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && chain.length < 8) {
    chain.push(cause instanceof RingmasterError ? `${cause.code}: ${cause.message}` : `${cause.name}: ${cause.message}`);
    cause = cause.cause;
  }
  if (error instanceof RingmasterError) {
    return { code: error.code, class: classOf(error.code), message: error.message, fields: error.fields, chain: error.chain ?? chain };
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'internal.defect',
    class: 'defect',
    message: `Cannot go on because of an unexpected error (${said}); try again, and report it if it returns`,
    fields: {},
    chain,
  };
}
