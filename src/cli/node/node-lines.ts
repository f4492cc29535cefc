import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { isInService, serviceOf } from '../../domain/node/wish.ts';
import { sayWish } from '../../service/node/say-wish.ts';
import { ago } from '../../service/say.ts';
import { printable, styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';

type Node = ClusterStatus['nodes'][number];

export function nodeLines(nodes: readonly Node[], status: Pick<ClusterStatus, 'openJobs'>, nowMs: number, wide: boolean, colour: Colour): string[] {
  if (nodes.length === 0) return ['no nodes'];
  const rows = table(
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
      { text: isInService(node) ? node.state : `${node.state}, ${serviceOf(node)}`, style: isInService(node) ? styleOfState(node.state) : 'warn' },
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
  return [...rows, ...nodes.flatMap((node) => wishLine(node, nowMs))];
}

function wishLine(node: Node, nowMs: number): string[] {
  const said = sayWish(node, nowMs);
  return said === undefined ? [] : [printable(`${node.node}: ${said}`)];
}
