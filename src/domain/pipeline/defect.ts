/**
 * Decides whether failed tries of a stage show a defect that every further try would show too. Two tries failed in the same way when they have the
 * same failure code, the same exit code and the same last line on stderr, apart from the folders in it, or when they lack the same program. The first row that fits the newest failed try holds.
 *
 * | tries of the stage that failed in the same way                  | a defect |
 * |-----------------------------------------------------------------|----------|
 * | on two nodes, with a last line                                  | yes      |
 * | on two nodes, of the same item, without a last line             | yes      |
 * | three of the same item: the cluster may have one node only      | yes      |
 * | otherwise                                                       | no       |
 *
 * When some node has completed a try of the stage, only tries on such nodes count: a node that completed nothing may be broken itself.
 * Only an exit of the program counts, and a program that cannot be run. A hang or a killed process can have its cause on the node.
 */
import { missingProgram } from '../failure/missing-program.ts';
import type { FailureRecord } from '../failure/record.ts';
import { lastLineOf, lastLineWithoutFolders } from '../failure/stderr.ts';
import type { ItemId, NodeId } from '../ids.ts';

export interface FailedTry {
  readonly item: ItemId;
  readonly node: NodeId;
  readonly failure: FailureRecord;
}

export interface StageDefect {
  readonly nodes: readonly NodeId[];
  readonly items: readonly ItemId[];
  /** The last line on stderr, or what the start found. Empty when the program wrote nothing. */
  readonly line: string;
}

const triesOfItemMin = 3;

export const mayBeDefect = (failure: FailureRecord): boolean => failure.code === 'job.exit-code' || missingProgram(failure) !== undefined;

/** Returns the defect that the newest failed try shows together with earlier ones. */
export function stageDefect(newest: FailedTry, earlier: readonly FailedTry[], completedOn: ReadonlySet<NodeId> = new Set()): StageDefect | undefined {
  const isCredible = ({ node }: FailedTry): boolean => completedOn.size === 0 || completedOn.has(node);
  if (!mayBeDefect(newest.failure) || !isCredible(newest)) return undefined;
  const way = wayOf(newest.failure);
  const same = [newest, ...earlier.filter((one) => isCredible(one) && wayOf(one.failure) === way)];
  const ofItem = same.filter(({ item }) => item === newest.item);
  const program = missingProgram(newest.failure) ?? '';
  const line = lastLineOf(newest.failure) ?? (program === '' ? '' : `its program ${program} cannot be run there`);
  const onTwo = nodesOf(line === '' ? ofItem : same);
  if (onTwo.length < 2 && ofItem.length < triesOfItemMin) return undefined;
  const shown = onTwo.length < 2 ? ofItem : same;
  return { nodes: nodesOf(shown), items: [...new Set(shown.map(({ item }) => item))], line };
}

const nodesOf = (tries: readonly FailedTry[]): readonly NodeId[] => [...new Set(tries.map(({ node }) => node))].toSorted();
const wayOf = (failure: FailureRecord): string => missingProgram(failure) || wayOfEnd(failure);
const wayOfEnd = (failure: FailureRecord): string =>
  JSON.stringify([failure.code, failure.fields['exitCode'] ?? null, lastLineWithoutFolders(failure)]);
