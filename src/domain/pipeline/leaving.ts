import { isResting, type PipelineStage } from './stages.ts';
import { turnsLeft } from './next-turn.ts';
import type { PipelineView } from './view.ts';
import type { TurnsLeft } from './wish.ts';

/** A pipeline that was run and that the cluster file no longer names. */
export interface LeavingPipeline {
  readonly name: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly turnsLeft: TurnsLeft;
}

/** The author and the reason of the stop of a pipeline that left the cluster file. */
export const leftFile = { by: 'ringmaster', reason: 'the cluster file no longer names it' } as const;

type Seen = Pick<PipelineView, 'name' | 'turn' | 'stage' | 'standing'>;

/** Returns the pipelines that the cluster file no longer names and of which turns are wanted. Such a pipeline is stopped: no further turn could begin. */
export const leavingPipelines = (views: readonly Seen[], named: readonly string[]): readonly LeavingPipeline[] =>
  views.flatMap((view) => {
    const { name, turn, stage, standing } = view;
    const left = turnsLeft(view);
    return named.includes(name) || standing?.wish?.wish === 'stopped' || (left === 0 && isResting(stage))
      ? []
      : [{ name, turn, stage, turnsLeft: left }];
  });

/** Returns the sentences that `up` prints about a pipeline that leaves the cluster. */
export function sayLeavingPipeline({ name, turn, stage, turnsLeft: left }: LeavingPipeline): readonly string[] {
  const others = left === 'unlimited' ? 'No further turn begins.' : 'No further turn begins, also none that was asked for.';
  return [
    `Pipeline ${name} leaves the cluster: the file no longer names it. ${others}`,
    ...(isResting(stage) ? [] : [`  Turn ${turn} (${stage}) goes on to its end; \`ringmaster pipeline stop ${name} --now\` ends it at once.`]),
  ];
}
