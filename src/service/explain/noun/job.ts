import { given } from '../../../base/given.ts';
import { jobKey, jobWorkflowId } from '../../../domain/ids.ts';
import type { ItemFacts } from '../../../domain/item/view.ts';
import type { WorkItem } from '../../../domain/item/work-item.ts';
import type { JobView } from '../../../domain/job/view.ts';
import { explainFailure } from '../explain-failure.ts';
import { commandsFor, purposeOf, whyItem } from '../say-item.ts';
import { saySetAside } from '../say-set-aside.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';

interface FoundTry {
  readonly facts: ItemFacts;
  readonly epoch: number;
}

/** One try at an item: `item/epoch`. */
export const job: ExplainNoun<FoundTry> = {
  find: (id, { item: facts }) => {
    const epoch = Number(id.split('/')[1]);
    if (facts === undefined || !Number.isInteger(epoch) || epoch < 1 || epoch > facts.item.epoch) return undefined;
    return { facts, epoch };
  },
  workflowId: ({ facts, epoch }) => jobWorkflowId({ item: facts.item.spec.id, epoch }),
  explain: ({ facts: { item, setAside, jobs }, epoch }, around) => {
    const ended = jobs.find((one) => one.epoch === epoch);
    const isNewest = epoch === item.epoch;
    const failure = ended?.failure ?? (isNewest ? setAside?.failure : undefined);
    const ref = { item: item.spec.id, epoch, ...given({ node: ended?.node }) };
    return {
      v: 2,
      id: jobKey(ref),
      kind: 'job',
      title: `job ${jobKey(ref)}: try ${epoch} at ${purposeOf(item.spec)}`,
      state: ended?.state ?? 'unknown',
      ...given({ sinceMs: ended?.endedAtMs ?? ended?.startedAtMs }),
      why: isNewest
        ? [...whyItem(item, ended, around), ...(setAside === undefined ? [] : [saySetAside(setAside)]), ...whyWorkflow(around.workflow, around.nowMs)]
        : [whySuperseded(epoch, ended, item)],
      ...(failure === undefined ? {} : { failure: explainFailure(failure, ref) }),
      history: item.history,
      commands: commandsFor(item, ref, failure),
    };
  },
};

const whySuperseded = (epoch: number, ended: JobView | undefined, item: WorkItem): string =>
  `Epoch ${epoch} ${ended === undefined ? 'has left no record' : `ended on ${ended.node}`}; epoch ${item.epoch} took its place and an answer from ${epoch} would be refused.`;
