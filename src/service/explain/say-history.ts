import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import { ago } from '../say.ts';

/** Returns "6m00s ago: alive → suspect (no answer for 6 s)". */
export const sayTransition = ({ from, to, evidence, atMs }: NodeTransition, nowMs: number): string =>
  `${ago(nowMs - atMs)} ago: ${from === undefined ? 'first seen as' : `${from} →`} ${to} (${evidence})`;

/** Returns "train: 30s, failed with job.killed (600 games)", or "train: 30s so far". */
export function sayStage({ stage, startedAtMs, endedAtMs, outcome, detail = '', failureCode }: StageSpan, nowMs: number): string {
  if (endedAtMs === undefined) return `${stage}: ${ago(nowMs - startedAtMs)} so far`;
  const ended = `${outcome ?? 'ended'}${failureCode === undefined ? '' : ` with ${failureCode}`}`;
  return `${stage}: ${ago(endedAtMs - startedAtMs)}, ${ended}${detail === '' ? '' : ` (${detail})`}`;
}
