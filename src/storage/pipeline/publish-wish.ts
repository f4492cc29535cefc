import type { EventTypeName } from '../../domain/event/event-types.ts';
import type { PipelineStanding, PipelineWish, PipelineWished } from '../../domain/pipeline/wish.ts';
import { publish, type PublishFacts } from '../event/publish.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

const ofWish: Readonly<Record<PipelineWished, Extract<EventTypeName, 'PIPELINE_RESUMED' | 'PIPELINE_PAUSED' | 'PIPELINE_STOPPED'>>> = {
  running: 'PIPELINE_RESUMED',
  paused: 'PIPELINE_PAUSED',
  stopped: 'PIPELINE_STOPPED',
};

/** Publishes the event about a wish that differs from the wish before. A pipeline without a wish runs. */
export function publishWish(
  ledger: Ledger,
  pipeline: string,
  before: PipelineWish | undefined,
  { nextTurn, wish }: PipelineStanding,
  { atMs, cause }: Omit<PublishFacts, 'actor'>,
): void {
  if (wish === undefined || wish.wish === (before?.wish ?? 'running')) return;
  const { by, reason } = wish;
  publish(ledger, ofWish[wish.wish], { pipeline, turn: nextTurn, by, reason }, { atMs, actor: by, cause });
}
