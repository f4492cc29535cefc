import { patched, sleep } from '@temporalio/workflow';
import { decidePayloadWait } from '../../src/domain/pipeline/await-payload.ts';
import type { PipelineStanding } from '../../src/domain/pipeline/wish.ts';
import { gateway, ledger } from './activities.ts';
import { setDetails } from './details.ts';
import { failureOf } from './failure-of.ts';
import { patches } from './patches.ts';

interface Waiting {
  readonly pipeline: string;
  readonly turn: number;
  readonly standing?: PipelineStanding;
}

/** Returns the payload of a turn as it is. The turn waits for a payload that is missing (`src/domain/pipeline/await-payload.ts`), and says so. */
export async function awaitPayload(waiting: Waiting): ReturnType<typeof gateway.payloadTree> {
  const { pipeline, turn } = waiting;
  let said = '';
  for (let waitedMs = 0; ;) {
    try {
      return await gateway.payloadTree({ pipeline });
    } catch (error) {
      const next = decidePayloadWait(failureOf(error), waitedMs);
      // The patch is asked for only after such a failure. So the history of a turn that never waits has no trace of it.
      if (next.type === 'fail' || !patched(patches.payloadWait)) throw error;
      setDetails(`turn ${turn} ${next.detail}`);
      if (next.detail !== said) await ledger.recordStage({ ...waiting, stage: 'self-play', detail: next.detail });
      said = next.detail;
      await sleep(next.restMs, { summary: 'waiting for the payload' });
      waitedMs += next.restMs;
    }
  }
}
