/**
 * The duty of a daemon that owns a stage of the turns: QUEUE_POPULATOR, EVALUATION and AUTO_PROMOTION. The workflow of the stage does the work. The daemon
 * lets it begin, wakes the turns that wait for the daemon, and says what is under way. A turn does not begin the stage while the daemon does not run
 * (`workflows/isolate/await-daemon.ts`).
 */
import { daemonOfStage, type PipelineStage } from '../domain/pipeline/stages.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';
import { duty } from './duty.ts';

type Seen = Pick<PipelineView, 'name' | 'turn' | 'stage' | 'stageSinceMs' | 'detail'>;

/** Returns the duty of the daemon that owns this stage. */
export const stageDuty = (stage: PipelineStage) =>
  duty({
    observe: ({ model }): readonly Seen[] => model.knownPipelines(),
    decide: (seen: readonly Seen[], _memory: undefined, nowMs: number) => decideStage(stage, seen, nowMs),
  });

export function decideStage(stage: PipelineStage, seen: readonly Seen[], nowMs: number) {
  const here = seen.filter((one) => one.stage === stage);
  const waiting = here.filter(({ detail }) => detail.startsWith(`waits for ${daemonOfStage(stage)}`));
  const say = ({ name, turn, stageSinceMs }: Seen): string =>
    `turn ${turn} of ${name} for ${Math.round(Math.max(0, nowMs - stageSinceMs) / 1_000)} s`;
  return {
    health: {
      healthy: true,
      message: here.length === 0 ? `no turn is at ${stage}` : `at ${stage}: ${here.map(say).join(', ')}`,
      details: { turns: here.length },
    },
    memory: undefined,
    // A turn that is woken during the first round still finds the daemon starting. So the next round comes soon, and wakes it again.
    ...(waiting.length === 0 ? {} : { restMs: 1_000 }),
    steps: waiting.map(({ name, turn }) => ({ type: 'wake' as const, workflow: `generation/${name}/${turn}` })),
  };
}
