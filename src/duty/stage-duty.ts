/**
 * The duty of a daemon that owns a stage of the turns: QUEUE_POPULATOR, EVALUATION and AUTO_PROMOTION. The workflow of the stage does the work. The daemon
 * lets it begin, wakes the turns that wait for the daemon, and says what is under way. A turn does not begin the stage while the daemon does not run
 * (`workflows/isolate/await-daemons.ts`).
 */
import type { DutyStep } from '../domain/daemon/work.ts';
import type { PipelineStage } from '../domain/pipeline/stages.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';
import { duty } from './duty.ts';

type Seen = Pick<PipelineView, 'name' | 'turn' | 'stage' | 'stageSinceMs' | 'detail'>;

/** Returns the duty of the daemon that owns this stage. */
export const stageDuty = (daemon: string, stage: PipelineStage) =>
  duty({
    observe: ({ model }): readonly Seen[] => model.knownPipelines(),
    decide: (seen: readonly Seen[], _memory: undefined, nowMs: number) => decideStage(daemon, stage, seen, nowMs),
  });

export function decideStage(daemon: string, stage: PipelineStage, seen: readonly Seen[], nowMs: number) {
  const here = seen.filter((one) => one.stage === stage);
  const say = ({ name, turn, stageSinceMs }: Seen): string =>
    `turn ${turn} of ${name} for ${Math.round(Math.max(0, nowMs - stageSinceMs) / 1_000)} s`;
  return {
    health: {
      healthy: true,
      message: here.length === 0 ? `no turn is at ${stage}` : `at ${stage}: ${here.map(say).join(', ')}`,
      details: { turns: here.length },
    },
    memory: undefined,
    ...wakeTurns(daemon, here),
  };
}

/** Returns the steps that wake the turns which wait for this daemon, and when the next round must come. */
export function wakeTurns(
  daemon: string,
  seen: readonly Pick<Seen, 'name' | 'turn' | 'detail'>[],
): { readonly steps: readonly DutyStep[]; readonly restMs?: number } {
  const waiting = seen.filter(({ detail }) => detail.startsWith(`waits for ${daemon},`));
  const steps = waiting.map(({ name, turn }) => ({ type: 'wake' as const, workflow: `generation/${name}/${turn}` }));
  // A turn that is woken during the first round still finds the daemon starting. So the next round comes soon, and wakes it again.
  return steps.length === 0 ? { steps } : { steps, restMs: 1_000 };
}
