/**
 * `wish-pipeline/<id>`: an operator pauses, resumes or stops a pipeline, or gives a turn up (`ringmaster pipeline pause|resume|stop|skip`). The ledger
 * records the wish first. So it is shown while it waits to take effect, and it holds even if the pipeline's workflow is gone.
 */
import { workflowIds } from '../../src/contract/workflows.ts';
import type { PipelineWishReply, PipelineWishRequest, SteeringVerb } from '../../src/domain/pipeline/wish.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { notify, pauseSignal, resumeSignal, skipSignal, stopSignal } from '../isolate/signals.ts';

const signalOf = { pause: pauseSignal, resume: resumeSignal, stop: stopSignal, skip: skipSignal } as const satisfies Record<SteeringVerb, unknown>;

export async function wishPipeline(request: PipelineWishRequest): Promise<PipelineWishReply> {
  try {
    const { signal, ...reply } = await ledger.wishPipeline(request);
    const received = await notify(workflowIds.pipeline(request.pipeline), signalOf[request.verb], signal);
    return { ...reply, received };
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
