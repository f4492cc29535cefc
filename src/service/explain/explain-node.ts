import { assertNever } from '../../base/assert-never.ts';
import type { NodeState, NodeView } from '../../domain/node/node.ts';
import { isInService } from '../../domain/node/wish.ts';
import { sayWish } from '../node/say-wish.ts';
import type { ExplainFacts } from './explain-facts.ts';
import { whyWorkflow } from './explain-item.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import { ago, plural } from '../say.ts';
import { jobKey } from '../../domain/ids.ts';

export function explainNode(node: NodeView, { status, nowMs, workflow }: ExplainFacts): Explanation {
  const open = status.openJobs.filter((job) => job.node === node.node);
  const failed = status.recentJobs.filter((job) => job.node === node.node && job.failure !== undefined && job.failure.class !== 'cancelled');
  const said = sayWish(node, nowMs);
  return {
    v: 1,
    id: node.node,
    kind: 'node',
    title: `node ${node.node}: ${plural(node.slots, 'slot')}, labels ${node.labels.join(', ') || 'none'}, reached by ${route(node.route)}`,
    state: node.state,
    sinceMs: node.sinceMs,
    why: [
      `${meaning(node.state)} Evidence: ${node.evidence || 'none yet'} (looked at ${ago(nowMs - node.observedAtMs)} ago).`,
      ...(said === undefined ? [] : [`Wish: ${said}`]),
      open.length === 0 ? 'No job is open on it.' : `Open on it: ${open.map((job) => `${jobKey(job)} (${job.state})`).join(', ')}.`,
      ...whyWorkflow(workflow, nowMs),
    ],
    history: failed.slice(0, 10).map((job) => `${jobKey(job)}: ${job.failure?.code}`),
    commands: [
      ...(isInService(node) ? [] : [`bin/ringmaster node uncordon ${node.node}`]),
      ...(open[0] === undefined ? [] : [`bin/ringmaster explain ${open[0].item}`]),
      ...(node.state === 'alive' ? [] : ['bin/ringmaster doctor', `bin/ringmaster node show ${node.node} -o json`]),
    ],
  };
}

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
