import type { PipelineView } from '../../domain/pipeline/view.ts';
import { ago } from '../say.ts';

type Wished = Pick<PipelineView, 'turn' | 'stage' | 'standing'> & Partial<Pick<PipelineView, 'failure'>>;

/**
 * Returns the sentence about a wish to pause or to stop, with its author and its reason. It says whether the wish is held or still waits. Returns
 * undefined for a pipeline that runs. A failure that is the reason is not repeated, because it stands beside the sentence.
 */
export function sayPipelineWish({ turn, stage, standing, failure }: Wished, nowMs: number): string | undefined {
  const wish = standing?.wish;
  if (wish === undefined || wish.wish === 'running') return undefined;
  const asked = `${wish.wish} by ${wish.by} ${ago(nowMs - wish.sinceMs)} ago${failure?.message === wish.reason ? ', because of that failure' : ` (${wish.reason})`}`;
  const end = wish.untilMs === undefined ? '' : `; it ends by itself ${wish.untilMs > nowMs ? `in ${ago(wish.untilMs - nowMs)}` : 'now'}`;
  if (wish.heldAtMs !== undefined) return `${asked}${end}.`;
  const waits = wish.now === true ? `turn ${turn} (${stage}) is being interrupted` : `it waits for the end of turn ${turn} (${stage})`;
  return `${asked}: ${waits}${end}.`;
}
