import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import { isInService, stateAndService } from '../../domain/node/wish.ts';
import { sayWish } from '../../service/node/say-wish.ts';
import { sayRest } from '../../service/node/say-rest.ts';
import { sayWorker } from '../../service/node/say-worker.ts';
import { ago } from '../../service/say.ts';
import { printable, styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { transitionsShownMax } from '../limits.ts';

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
      { head: 'EVIDENCE', fits: !wide },
    ],
    nodes.map((node) => [
      node.node,
      node.isLookOld
        ? { text: `not looked at (was ${node.state})`, style: 'bad' }
        : { text: stateAndService(node), style: isInService(node) && node.rest === undefined ? styleOfState(node.state) : 'warn' },
      ago(nowMs - node.sinceMs),
      ago(node.lookAgeMs ?? nowMs - node.observedAtMs),
      status.openJobs.filter((job) => job.node === node.node).length,
      node.slots,
      node.route,
      node.labels.join(',') || '-',
      node.evidence,
    ]),
    colour,
  );
  return [...rows, ...nodes.flatMap((node) => [...workerLine(node, nowMs), ...wishLine(node, nowMs), ...restLine(node, nowMs)])];
}

function workerLine(node: Node, nowMs: number): string[] {
  const said = sayWorker(node, nowMs);
  return said === undefined ? [] : [printable(`${node.node}: ${said}`)];
}

function wishLine(node: Node, nowMs: number): string[] {
  const said = sayWish(node, nowMs);
  return said === undefined ? [] : [printable(`${node.node}: ${said}`)];
}

function restLine(node: Node, nowMs: number): string[] {
  const said = sayRest(node, nowMs);
  return said === undefined ? [] : [printable(`${node.node}: ${said}`)];
}

/** Returns an empty line, and then lines with the last transitions of a node, newest first. Returns no lines when the node has no transitions. */
export function transitionLines(changes: readonly NodeTransition[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (changes.length === 0) return [];
  const rows = table(
    [{ head: 'AGO' }, { head: 'FROM' }, { head: 'TO' }, { head: 'EVIDENCE', fits: !wide }],
    changes
      .slice(0, wide ? changes.length : transitionsShownMax)
      .map(({ atMs, from, to, evidence }) => [ago(nowMs - atMs), from ?? '-', { text: to, style: styleOfState(to) }, evidence]),
    colour,
  );
  return ['', ...rows];
}
