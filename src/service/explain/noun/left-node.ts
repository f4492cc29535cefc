import type { Explanation } from '../../../domain/explanation/explanation.ts';
import type { NodeTransition } from '../../../domain/node/node-change.ts';
import { hasFailed } from '../../../domain/job/view.ts';
import { jobKey } from '../../../domain/ids.ts';
import { ago, plural } from '../../say.ts';
import type { ExplainFacts } from '../explain-facts.ts';
import { sayTransition } from '../say-history.ts';

const historyMax = 10;

/** Returns the explanation of a node that the cluster file no longer names, from its transitions, newest first. */
export function explainLeftNode(id: string, [newest, ...older]: readonly NodeTransition[], { status, nowMs }: ExplainFacts): Explanation | undefined {
  if (newest === undefined) return undefined;
  const failed = status.recentJobs.filter((job) => job.node === id && hasFailed(job));
  const open = status.openJobs.filter((job) => job.node === id);
  return {
    v: 2,
    id,
    kind: 'node',
    title: `node ${id}, which left the cluster`,
    state: 'removed',
    sinceMs: newest.atMs,
    why: [
      `The cluster file no longer names the node. Its last change was ${ago(nowMs - newest.atMs)} ago. It gets no job, and its jobs went to other nodes.`,
      ...(open.length === 0 ? [] : [`${plural(open.length, 'job')} of it ${open.length === 1 ? 'is' : 'are'} being given to other nodes.`]),
      'Its games that were not home are played again when a turn needs them. `down --purge` clears its folder.',
    ],
    history: [
      ...[newest, ...older]
        .slice(0, historyMax)
        .toReversed()
        .map((change) => sayTransition(change, nowMs)),
      ...failed.slice(0, historyMax).map((job) => `${jobKey(job)}: ${job.failure?.code}`),
    ],
    commands: ['ringmaster node list'],
  };
}
