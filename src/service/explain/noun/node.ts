import { assertNever } from '../../../base/assert-never.ts';
import { workflowIds } from '../../../contract/workflows.ts';
import { jobKey } from '../../../domain/ids.ts';
import type { NodeState, NodeView } from '../../../domain/node/node.ts';
import { isInService } from '../../../domain/node/wish.ts';
import { sayWish } from '../../node/say-wish.ts';
import { ago, plural } from '../../say.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';

export const node: ExplainNoun<NodeView> = {
  find: (id, { status }) => status.nodes.find((one) => one.node === id),
  workflowId: (found) => workflowIds.node(found.node),
  explain: (found, { status, nowMs, workflow }) => {
    const open = status.openJobs.filter((job) => job.node === found.node);
    const failed = status.recentJobs.filter((job) => job.node === found.node && job.failure !== undefined && job.failure.class !== 'cancelled');
    const wish = sayWish(found, nowMs);
    return {
      v: 2,
      id: found.node,
      kind: 'node',
      title: `node ${found.node}: ${plural(found.slots, 'slot')}, labels ${found.labels.join(', ') || 'none'}, reached by ${route(found.route)}`,
      state: found.state,
      sinceMs: found.sinceMs,
      why: [
        `${meaning(found.state)} Evidence: ${found.evidence || 'none yet'} (looked at ${ago(nowMs - found.observedAtMs)} ago).`,
        ...(wish === undefined ? [] : [`Wish: ${wish}`]),
        open.length === 0 ? 'No job is open on it.' : `Open on it: ${open.map((job) => `${jobKey(job)} (${job.state})`).join(', ')}.`,
        ...whyWorkflow(workflow, nowMs),
      ],
      history: failed.slice(0, 10).map((job) => `${jobKey(job)}: ${job.failure?.code}`),
      commands: [
        ...(isInService(found) ? [] : [`ringmaster node uncordon ${found.node}`]),
        ...(open[0] === undefined ? [] : [`ringmaster explain ${open[0].item}`]),
        ...(found.state === 'alive' ? [] : ['ringmaster doctor', `ringmaster node show ${found.node} -o json`]),
      ],
    };
  },
};

const route = (value: NodeView['route']): string => (value === 'resident' ? 'its own worker' : 'the gateway over SSH');

function meaning(state: NodeState): string {
  switch (state) {
    case 'joining':
      return 'It has not been seen yet; no job is given to it.';
    case 'alive':
      return 'It answers and is given jobs.';
    case 'suspect':
      return 'It has missed looks; no new job is given to it, its jobs are left alone.';
    case 'unreachable':
      return 'It cannot be reached. Unreachable is not failed: its jobs are not started elsewhere.';
    case 'lost':
      return 'It is declared lost: its jobs were given new epochs and may run elsewhere.';
    default:
      return assertNever(state, 'node state');
  }
}
