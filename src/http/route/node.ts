import type { JobView } from '../../domain/job/view.ts';
import type { Handlers } from '../handler.ts';
import { noSuch } from '../not-found.ts';

export const nodeHandlers = {
  nodes: async ({ reads }) => (await reads.status()).nodes,
  node: async ({ params, reads }) => {
    const { nodes, openJobs, recentJobs } = await reads.status();
    const node =
      nodes.find((one) => one.node === params.node) ??
      noSuch(
        'node',
        params.node,
        nodes.map((one) => one.node),
      );
    const isHere = (job: JobView): boolean => job.node === params.node;
    const changes = await reads.nodeChanges(params.node);
    return { ...node, openJobs: openJobs.filter(isHere), recentJobs: recentJobs.filter(isHere), changes };
  },
} satisfies Partial<Handlers>;
