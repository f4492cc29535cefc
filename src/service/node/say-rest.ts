import type { NodeView } from '../../domain/node/node.ts';
import { ago, plural } from '../say.ts';

/** Returns the sentences about a node's rest, or undefined when the node does not rest. */
export function sayRest({ node, rest }: Pick<NodeView, 'node' | 'rest'>, nowMs: number): string | undefined {
  if (rest === undefined) return undefined;
  const canary = rest.untilMs > nowMs ? `in ${ago(rest.untilMs - nowMs)} one item may try it` : 'the next item may try it';
  const often =
    rest.rests === 1 ? '' : ` It is the ${ordinal(rest.rests)} rest in a row, after ${plural(rest.rests - 1, 'canary', 'canaries')} that failed.`;
  return `Resting since ${ago(nowMs - rest.sinceMs)} ago: ${rest.because}. It gets no job; ${canary}, and a success ends the rest, as \`ringmaster node uncordon ${node}\` does.${often}`;
}

function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}
