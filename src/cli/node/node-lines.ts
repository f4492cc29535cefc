import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { ago } from '../../service/say.ts';
import { styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';

type Node = ClusterStatus['nodes'][number];

export function nodeLines(nodes: readonly Node[], status: Pick<ClusterStatus, 'openJobs'>, nowMs: number, wide: boolean, colour: Colour): string[] {
  if (nodes.length === 0) return ['no nodes'];
  return table(
    [
      { head: 'NODE' },
      { head: 'STATE' },
      { head: 'FOR' },
      { head: 'SEEN' },
      { head: 'JOBS', align: 'right' },
      { head: 'SLOTS', align: 'right' },
      { head: 'ROUTE' },
      { head: 'LABELS' },
      { head: 'EVIDENCE', ...(wide ? {} : { max: 60 }) },
    ],
    nodes.map((node) => [
      node.node,
      { text: node.state, style: styleOfState(node.state) },
      ago(nowMs - node.sinceMs),
      ago(nowMs - node.observedAtMs),
      status.openJobs.filter((job) => job.node === node.node).length,
      node.slots,
      node.route,
      node.labels.join(',') || '-',
      node.evidence,
    ]),
    colour,
  );
}
