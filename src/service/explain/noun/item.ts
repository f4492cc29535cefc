import { given } from '../../../base/given.ts';
import type { FailureRecord } from '../../../domain/failure/record.ts';
import { jobKey, jobWorkflowId } from '../../../domain/ids.ts';
import type { ItemFacts } from '../../../domain/item/view.ts';
import type { WorkItem } from '../../../domain/item/work-item.ts';
import type { JobView } from '../../../domain/job/view.ts';
import { explainFailure } from '../explain-failure.ts';
import { commandsFor, purposeOf, whyItem } from '../say-item.ts';
import { saySetAside } from '../say-set-aside.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';

/** A work item, with its newest try. */
export const item: ExplainNoun<ItemFacts> = {
  find: (id, facts) => (id.includes('/') ? undefined : facts.item),
  workflowId: ({ item: { spec, epoch } }) => jobWorkflowId({ item: spec.id, epoch }),
  explain: ({ item: known, setAside, jobs }, around) => {
    const last = jobs.toSorted((a, b) => b.epoch - a.epoch)[0];
    const failure = failureOf(known, last) ?? setAside?.failure;
    const ref = { item: known.spec.id, epoch: known.epoch, ...given({ node: last?.node }) };
    return {
      v: 2,
      id: known.spec.id,
      kind: 'item',
      title: `work item ${known.spec.id}: ${purposeOf(known.spec)}`,
      state: known.state,
      sinceMs: known.changedAtMs,
      why: [
        ...whyItem(known, last, around),
        ...(setAside === undefined ? [] : [saySetAside(setAside)]),
        ...whyWorkflow(around.workflow, around.nowMs),
      ],
      ...(failure === undefined ? {} : { failure: explainFailure(failure, ref) }),
      history: known.history,
      commands: [...earlierTries(jobs, known), ...commandsFor(known, ref, failure)],
    };
  },
};

const failureOf = (known: WorkItem, last: JobView | undefined): FailureRecord | undefined =>
  known.outcome?.type === 'failed' ? known.outcome.failure : known.state === 'completed' ? undefined : last?.failure;

/** Each earlier try that failed is explained by itself: its failure, class and next steps. */
const earlierTries = (jobs: readonly JobView[], known: WorkItem): string[] =>
  jobs
    .filter((job) => job.failure !== undefined && job.epoch < known.epoch)
    .slice(-1)
    .map((job) => `ringmaster explain ${jobKey(job)}`);
