/**
 * Decides whether failed tries of a stage show a defect that every further try would show too. Two tries failed in the same way when they have the
 * same failure code, exit code or signal, reason and last line on stderr, apart from folders, numbers and addresses, or when they lack the same program.
 *
 * | the failure                                                                      | its evidence                              |
 * |----------------------------------------------------------------------------------|-------------------------------------------|
 * | an exit code                                                                     | the last line on stderr, if there is one  |
 * | a program that cannot be run                                                     | the program                               |
 * | no output, a bad manifest, bad progress, outputs that `verify` does not accept   | the reason                                |
 * | a signal of a crash: SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV                    | none: the last line came before the crash |
 * | every other failure: a hang, SIGKILL, SIGTERM, a lost node …                     | never a defect: the cause can be the node |
 *
 * The first row that fits the newest failed try holds.
 *
 * | tries of the stage that failed in the same way                  | a defect |
 * |-----------------------------------------------------------------|----------|
 * | on two nodes, with evidence                                     | yes      |
 * | on two nodes, of the same item, without evidence                | yes      |
 * | three of the same item: the cluster may have one node only      | yes      |
 * | three of each of two items on two nodes, with one exit code     | yes      |
 * | otherwise                                                       | no       |
 *
 * The fourth row asks for no last line: a program can write its host's name or a random word into each. It holds only while each try of the stage ended with
 * this exit code and none completed. When some node has completed a try of the stage, only tries on such nodes count: a node that completed nothing may be broken itself.
 */
import { kindOfFailure } from '../failure/blame.ts';
import { missingProgram } from '../failure/missing-program.ts';
import { type FailureRecord, reasonOf } from '../failure/record.ts';
import { lastLineOf, likeness } from '../failure/stderr.ts';
import type { FailureCode } from '../failure/table.ts';
import type { ItemId, NodeId } from '../ids.ts';

export interface FailedTry {
  readonly item: ItemId;
  readonly node: NodeId;
  readonly failure: FailureRecord;
}

export interface StageDefect {
  readonly nodes: readonly NodeId[];
  readonly items: readonly ItemId[];
  /** The last line on stderr after an exit code, or the reason of the failure. Empty when the program wrote nothing. */
  readonly line: string;
}

const triesOfItemMin = 3;
const hopelessItemsMin = 2;

/** The outputs or the progress of the program are not what docs/payload.md asks for. The reason says what is wrong with them. */
const badWork: readonly FailureCode[] = ['job.no-output', 'job.bad-manifest', 'job.bad-progress', 'job.verify-failed'];
/** SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV of Linux: the signals that a program causes itself. */
const crashSignals: readonly unknown[] = [4, 6, 7, 8, 11];

const isCrash = ({ code, fields }: FailureRecord): boolean => code === 'job.killed' && crashSignals.includes(fields['signal']);

export const mayBeDefect = (failure: FailureRecord): boolean =>
  failure.code === 'job.exit-code' || badWork.includes(failure.code) || isCrash(failure) || missingProgram(failure) !== undefined;

/** Returns the defect that the newest failed try shows together with earlier ones. */
export function stageDefect(newest: FailedTry, earlier: readonly FailedTry[], completedOn: ReadonlySet<NodeId> = new Set()): StageDefect | undefined {
  const isCredible = ({ node }: FailedTry): boolean => completedOn.size === 0 || completedOn.has(node);
  if (!mayBeDefect(newest.failure) || !isCredible(newest)) return undefined;
  const way = wayOf(newest.failure);
  const same = [newest, ...earlier.filter((one) => isCredible(one) && wayOf(one.failure) === way)];
  const ofItem = same.filter(({ item }) => item === newest.item);
  const line = lineOf(newest.failure);
  const onTwo = nodesOf(line === '' || isCrash(newest.failure) ? ofItem : same);
  if (onTwo.length < 2 && ofItem.length < triesOfItemMin) return completedOn.size > 0 ? undefined : hopeless([newest, ...earlier], line);
  const shown = onTwo.length < 2 ? ofItem : same;
  return { nodes: nodesOf(shown), items: itemsOf(shown), line };
}

/** Returns the defect of a stage in which each try ended with the same exit code, whatever its last line. */
function hopeless(tries: readonly FailedTry[], line: string): StageDefect | undefined {
  const [{ failure } = {}] = tries;
  const isAlike = tries.every(({ failure: one }) => one.code === 'job.exit-code' && one.fields['exitCode'] === failure?.fields['exitCode']);
  const [nodes, items] = [nodesOf(tries), itemsOf(tries)];
  const spent = items.filter((item) => tries.filter((one) => one.item === item).length >= triesOfItemMin);
  return isAlike && nodes.length > 1 && spent.length >= hopelessItemsMin ? { nodes, items, line } : undefined;
}

const itemsOf = (tries: readonly FailedTry[]): readonly ItemId[] => [...new Set(tries.map(({ item }) => item))];
const nodesOf = (tries: readonly FailedTry[]): readonly NodeId[] => [...new Set(tries.map(({ node }) => node))].toSorted();
const wayOf = (failure: FailureRecord): string =>
  badWork.includes(failure.code) ? `${kindOfFailure(failure)}|${likeness(reasonOf(failure))}` : kindOfFailure(failure);

function lineOf(failure: FailureRecord): string {
  if (badWork.includes(failure.code) || isCrash(failure)) return reasonOf(failure);
  const program = missingProgram(failure) ?? '';
  return lastLineOf(failure) ?? (program === '' ? '' : `its program ${program} cannot be run there`);
}
