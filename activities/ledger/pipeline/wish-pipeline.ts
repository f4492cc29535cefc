import { given } from '../../../src/base/given.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { FailureParts } from '../../../src/domain/failure/record.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { isResting, isTurnOver, type PipelineStage } from '../../../src/domain/pipeline/stages.ts';
import { pipelineWishFaults } from '../../../src/domain/pipeline/wish-faults.ts';
import type { PipelineWish, PipelineWishRequest, SteeringVerb } from '../../../src/domain/pipeline/wish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

const wishAfter: Readonly<Record<Exclude<SteeringVerb, 'skip'>, PipelineWish['wish']>> = { pause: 'paused', resume: 'running', stop: 'stopped' };

/** Records the wish, unless it is refused. All that the decision depends on is read in the same transaction. */
export const wishPipeline =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['wishPipeline'] =>
  async (request) => {
    const faults = pipelineWishFaults(request);
    if (faults.length > 0) {
      throw new RingmasterError('config.invalid', {
        cannot: `${request.verb} pipeline ${JSON.stringify(request.pipeline)}`,
        because: faults.join('; '),
        hint: { run: 'ringmaster pipeline --help' },
        fields: { faults: faults.length },
      });
    }
    const { pipeline, verb, by, reason } = request;
    return resources.ledger.write(`${verb} ${pipeline}`, () => {
      const row = resources.pipelineRow(pipeline);
      const standing = resources.pipelineWishes.of(pipeline);
      const before = standing?.wish;
      const turn = standing?.nextTurn ?? row?.turn ?? 1;
      // A pipeline that rests before its next turn has no turn that could be given up.
      const hasBegun = row !== undefined && row.turn >= turn;
      const refused =
        row === undefined && standing === undefined
          ? { because: 'it was never run', hint: { run: `ringmaster pipeline run ${pipeline}` } }
          : whyNot(request, hasBegun ? row.stage : undefined, before);
      if (refused !== undefined) throw notNow(request, refused);
      // `sinceMs` orders the wishes, so it can be ahead of the clock: the wish before may have the time of a clock that was set back since.
      const nowMs = now();
      const sinceMs = Math.max(nowMs, (before?.sinceMs ?? 0) + 1);
      const forMs = request.forSeconds === undefined ? undefined : request.forSeconds * 1_000;
      const untilMs = forMs === undefined ? undefined : nowMs + forMs;
      const wish: PipelineWish =
        verb === 'skip'
          ? (before ?? { wish: 'running', by, reason, sinceMs: 0 })
          : given({ wish: wishAfter[verb], now: request.now === true && verb !== 'resume' ? true : undefined, by, reason, sinceMs, untilMs });
      if (verb !== 'skip') resources.pipelineWishes.put(pipeline, { nextTurn: turn, turnsLeft: standing?.turnsLeft ?? 0, wish }, sinceMs);
      return {
        pipeline,
        verb,
        turn,
        wish,
        // A failed turn may begin again while its skip is on the way. A skip that was accepted gives that run up, too.
        signal: given({ by, reason, sinceMs: verb === 'skip' ? undefined : sinceMs, untilMs, forMs, now: verb === 'skip' ? true : request.now }),
        ...given({ stage: row?.stage, turnsLeft: standing?.turnsLeft, before }),
      };
    });
  };

/** Returns why the pipeline cannot follow the request in its present stage. Returns undefined when it can. */
function whyNot(
  { pipeline, verb, now }: PipelineWishRequest,
  stage: PipelineStage | undefined,
  before: PipelineWish | undefined,
): Pick<FailureParts, 'because' | 'hint'> | undefined {
  const run = { run: `ringmaster pipeline run ${pipeline}` };
  if (verb === 'resume' && before?.wish === 'stopped') return { because: 'it was stopped, and no turn is wanted', hint: run };
  if (verb !== 'skip') return undefined;
  if (stage === undefined || isTurnOver(stage)) return { because: 'no turn is under way and none has failed', hint: run };
  if (isResting(stage) || now === true) return undefined;
  const skip = { say: 'giving the turn up at once', run: `ringmaster pipeline skip ${pipeline} --now` };
  return { because: `its turn is under way (${stage})`, hint: skip };
}

const notNow = ({ pipeline, verb }: PipelineWishRequest, why: Pick<FailureParts, 'because' | 'hint'>): RingmasterError =>
  new RingmasterError('pipeline.not-now', { cannot: `${verb} pipeline ${pipeline}`, ...why, fields: { pipeline } });
