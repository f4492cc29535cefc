/**
 * Decides which failure the end of a job's process proves. The exit status that the supervisor recorded gives each end a cause. The node's free space,
 * with words on stderr, can prove a more exact cause. The class of the failure always comes from the failure table.
 *
 * | exit status                          | other evidence                                                | failure       |
 * |--------------------------------------|---------------------------------------------------------------|---------------|
 * | 1..128, or 193 and more              | the node's disk has no free space                             | job.disk-full |
 * | 1..128, or 193 and more              | it has less than `diskFreeBytesMin`, and stderr says it is full | job.disk-full |
 * | 1..128, or 193 and more              | neither                                                       | job.exit-code |
 * | 129..192: signal 1..64               | any                                                           | job.killed    |
 * | none: the supervisor died too        | the node's disk has no free space                             | job.disk-full |
 * | none: the supervisor died too        | it has less than `diskFreeBytesMin`, and stderr says it is full | job.disk-full |
 * | none: the supervisor died too        | neither                                                       | job.killed    |
 *
 * Words alone prove nothing about the node: a program writes them about each file system and each quota, and about a lack of file watchers.
 */
import type { Hint } from '../failure/hint.ts';
import { type FailureRecord, failureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import { jobKey, type JobRef, type NodeId } from '../ids.ts';
import { errorInText } from '../failure/system-error.ts';
import { diskFreeBytesMin } from '../limits.ts';
import { fullDiskBytes } from '../node/full-disk.ts';
import type { JobObservation } from './job.ts';
import { given } from '../../base/given.ts';

/** The way in which a process ended: killed together with its supervisor, ended by a signal, or exited by itself. */
type EndStatus = 'unrecorded' | 'signal' | 'exit-code';

/** Facts about a process that did not end well. A fact that was not gathered is absent and proves nothing. */
export interface EndEvidence {
  /** The exit status that the supervisor recorded: 128 + n for signal n. */
  readonly exitCode?: number;
  /** The last part of the process's stderr. */
  readonly stderr?: string;
  readonly diskFreeBytes?: number;
}

interface Cause {
  readonly code: FailureCode;
  readonly because: (exitCode: number) => string;
  readonly hint: (job: JobRef) => Hint;
  readonly fields?: (exitCode: number) => Readonly<Record<string, number>>;
}

const logOf = (job: JobRef) => ({ run: `ringmaster job logs ${jobKey(job)}` });

/** The cause for each way to end, when only the exit status is known. */
const causeByStatus: Readonly<Record<EndStatus, Cause>> = {
  unrecorded: {
    code: 'job.killed',
    because: () => 'its process is gone and left no exit status (killed together with its supervisor shell)',
    hint: logOf,
  },
  signal: {
    code: 'job.killed',
    because: (exitCode) => `its process was ended by signal ${exitCode - 128}`,
    hint: (job) => ({ say: 'reading its log (after signal 9, look at the memory of the node too)', ...logOf(job) }),
    fields: (exitCode) => ({ signal: exitCode - 128 }),
  },
  'exit-code': {
    code: 'job.exit-code',
    because: (exitCode) => `its program ended with exit code ${exitCode}`,
    hint: logOf,
    fields: (exitCode) => ({ exitCode }),
  },
};

const fullDisk: Cause = {
  code: 'job.disk-full',
  because: () => 'its disk is full',
  hint: ({ item }) => ({ say: 'freeing space there, then looking at the item', run: `ringmaster queue show ${item}` }),
};
/**
 * The ways in which a process can end because of a full disk: the program exits by itself, or the supervisor cannot write the exit status. An end by
 * a signal has another cause.
 */
const statusOfFullDisk: readonly EndStatus[] = ['exit-code', 'unrecorded'];

interface BetterCause {
  readonly cause: Cause;
  readonly after: readonly EndStatus[];
  readonly isProvenBy: (evidence: EndEvidence) => boolean;
}

/**
 * The causes that are more exact, each with the evidence that proves it. The first row that matches decides. To add a cause, such as a lack of GPU
 * memory, add a row.
 */
const betterCauses: readonly BetterCause[] = [
  { cause: fullDisk, after: statusOfFullDisk, isProvenBy: ({ diskFreeBytes = Infinity }) => diskFreeBytes < fullDiskBytes },
  {
    cause: fullDisk,
    after: statusOfFullDisk,
    isProvenBy: ({ diskFreeBytes = Infinity, stderr = '' }) => diskFreeBytes < diskFreeBytesMin && errorInText(stderr) === 'disk-full',
  },
];

function statusOf({ exitCode }: EndEvidence): EndStatus {
  if (exitCode === undefined) return 'unrecorded';
  return exitCode > 128 && exitCode <= 192 ? 'signal' : 'exit-code';
}

const betterCause = (evidence: EndEvidence): BetterCause | undefined =>
  betterCauses.find(({ after, isProvenBy }) => after.includes(statusOf(evidence)) && isProvenBy(evidence));

/**
 * Returns the evidence in the supervisor's record about a process that ended without success. Returns undefined when the record is no evidence: the process
 * still runs or ended well, the supervisor itself ended it (self-fence or stop), or the node was restarted meanwhile.
 */
export function evidenceOf({ phase, ended, exitCode, bootId }: JobObservation, bootIdAtStart: string): EndEvidence | undefined {
  if (phase !== 'ended' || ended !== undefined || exitCode === 0 || bootId !== bootIdAtStart) return undefined;
  return given({ exitCode });
}

/**
 * Returns true when the node's free space could prove a more exact cause. Only then does the caller ask the node, because the question costs a round
 * trip.
 */
export const needsDiskSpace = (evidence: EndEvidence): boolean =>
  betterCause(evidence) === undefined && betterCause({ ...evidence, diskFreeBytes: 0 }) !== undefined;

/** Returns the failure of a job whose process ended with this evidence. */
export function failureOfEnd(evidence: EndEvidence, job: JobRef, node: NodeId): FailureRecord {
  const { exitCode = 0 } = evidence;
  const status = causeByStatus[statusOf(evidence)];
  const { code, because, hint } = betterCause(evidence)?.cause ?? status;
  return failureRecord(code, {
    cannot: `finish ${jobKey(job)} on ${node}`,
    because: because(exitCode),
    hint: hint(job),
    fields: { node, ...status.fields?.(exitCode) },
  });
}
