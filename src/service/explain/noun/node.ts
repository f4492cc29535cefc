import { assertNever } from '../../../base/assert-never.ts';
import { given } from '../../../base/given.ts';
import { workflowIds } from '../../../contract/workflows.ts';
import { jobKey } from '../../../domain/ids.ts';
import type { NodeView } from '../../../domain/node/node.ts';
import { isInService } from '../../../domain/node/wish.ts';
import { sayRest } from '../../node/say-rest.ts';
import { sayWorker } from '../../node/say-worker.ts';
import { sayWish } from '../../node/say-wish.ts';
import { sayUnheard } from '../../node/say-unheard.ts';
import { ago, plural } from '../../say.ts';
import { sayTransition } from '../say-history.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';
import { hasFailed } from '../../../domain/job/view.ts';

/** Lines of history of each kind. */
const historyMax = 10;

export const node: ExplainNoun<NodeView> = {
  find: (id, { status }) => status.nodes.find((one) => one.node === id),
  workflowId: (found) => workflowIds.node(found.node),
  readHistory: async ({ node: id }, reads) => given({ nodeChanges: await reads.nodeChanges?.(id) }),
  explain: (found, { status, nowMs, workflow, nodeChanges = [] }) => {
    const open = status.openJobs.filter((job) => job.node === found.node);
    const failed = status.recentJobs.filter((job) => job.node === found.node && hasFailed(job));
    const wish = sayWish(found, nowMs);
    const rest = sayRest(found, nowMs);
    const worker = sayWorker(found, nowMs);
    const unheard = sayUnheard(found, status, nowMs);
    return {
      v: 2,
      id: found.node,
      kind: 'node',
      title: `node ${found.node}: ${plural(found.slots, 'slot')}, labels ${found.labels.join(', ') || 'none'}, reached by ${route(found.route)}`,
      state: found.state,
      sinceMs: found.sinceMs,
      why: [
        `${meaning(found)} Evidence: ${found.evidence || 'none yet'} (looked at ${ago(found.lookAgeMs ?? nowMs - found.observedAtMs)} ago).`,
        ...(unheard === undefined ? [] : [unheard]),
        ...(worker === undefined ? [] : [`${worker[0]?.toUpperCase()}${worker.slice(1)}.`]),
        ...(wish === undefined ? [] : [`Wish: ${wish}`]),
        ...(rest === undefined ? [] : [rest]),
        open.length === 0 ? 'No job is open on it.' : `Open on it: ${open.map((job) => `${jobKey(job)} (${job.state})`).join(', ')}.`,
        ...whyWorkflow(workflow, nowMs),
      ],
      history: [
        ...nodeChanges
          .slice(0, historyMax)
          .toReversed()
          .map((change) => sayTransition(change, nowMs)),
        ...failed.slice(0, historyMax).map((job) => `${jobKey(job)}: ${job.failure?.code}`),
      ],
      commands: [
        ...(isInService(found) && found.rest === undefined ? [] : [`ringmaster node uncordon ${found.node}`]),
        ...(open[0] === undefined ? [] : [`ringmaster explain ${open[0].item}`]),
        ...(found.state === 'alive' ? [] : ['ringmaster doctor', `ringmaster node show ${found.node} -o json`]),
      ],
    };
  },
};

const route = (value: NodeView['route']): string => (value === 'resident' ? 'its own worker' : 'the gateway over SSH');

/** Returns what a node's state means for jobs. An alive node gets no job while an operator's wish forbids it. */
function meaning(found: NodeView): string {
  const { state } = found;
  switch (state) {
    case 'joining':
      return 'The node has not been seen yet, and gets no job.';
    case 'alive':
      if (isInService(found) && found.rest !== undefined) return 'The node responds. It rests, because jobs failed on it.';
      return isInService(found) ? 'The node responds and gets jobs.' : 'The node responds. It gets no new job, because an operator wishes so.';
    case 'suspect':
      return 'The node has missed looks. It gets no new job, and its running jobs continue.';
    case 'unreachable':
      return 'The node cannot be reached. Unreachable is not failed: its jobs are not started elsewhere.';
    case 'lost':
      return 'The node is declared lost. Its jobs have new epochs and may run elsewhere.';
    default:
      return assertNever(state, 'node state');
  }
}
