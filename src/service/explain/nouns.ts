/** The finder and the explainer of each noun, in the order in which `explain` tries the nouns for an id. */
import { given } from '../../base/given.ts';
import type { ExplainFacts, ExplainReads, History } from './explain-facts.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import type { Noun } from '../../domain/noun.ts';
import { daemon } from './noun/daemon.ts';
import { failureCode } from './noun/failure-code.ts';
import { item } from './noun/item.ts';
import { job } from './noun/job.ts';
import { model } from './noun/model.ts';
import { node } from './noun/node.ts';
import type { ExplainNoun } from './noun/noun.ts';
import { pipeline } from './noun/pipeline.ts';
import { process } from './noun/process.ts';
import { sync } from './noun/sync.ts';
import { turn } from './noun/turn.ts';

/**
 * A thing that `explain` has found. `workflowId` is the id of the thing's workflow, if the thing has a workflow. `readHistory` reads the thing's
 * history, and `explain` explains the thing from the facts.
 */
export interface FoundThing {
  readonly workflowId?: string;
  readonly readHistory: (reads: ExplainReads) => Promise<History>;
  readonly explain: (facts: ExplainFacts) => Explanation | undefined;
}
type Finder = (id: string, facts: ExplainFacts) => FoundThing | undefined;

const finderOf =
  <Found>(noun: ExplainNoun<Found>): Finder =>
  (id, facts) => {
    const found = noun.find(id, facts);
    if (found === undefined) return undefined;
    const workflowId = noun.workflowId?.(found);
    return {
      ...given({ workflowId }),
      readHistory: async (reads) => (await noun.readHistory?.(found, reads)) ?? {},
      explain: (known) => noun.explain(found, known),
    };
  };

export const finders: Readonly<Record<Noun, Finder>> = {
  'failure-code': finderOf(failureCode),
  item: finderOf(item),
  job: finderOf(job),
  turn: finderOf(turn),
  sync: finderOf(sync),
  node: finderOf(node),
  pipeline: finderOf(pipeline),
  model: finderOf(model),
  process: finderOf(process),
  daemon: finderOf(daemon),
};
