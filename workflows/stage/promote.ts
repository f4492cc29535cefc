/** Stage `promote/<pipeline>/<turn>`: records verdict, ratings and champion in one transaction. A repeat changes nothing. */
import type { Evaluation } from '../../src/domain/model/evaluation.ts';
import type { ModelRef } from '../../src/domain/model/model.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { setDetails } from '../isolate/details.ts';

export interface PromoteResult {
  readonly champion: ModelRef;
  readonly promoted: boolean;
}

export async function promote(input: Evaluation): Promise<PromoteResult> {
  const { pipeline, turn, candidate, verdict } = input;
  await ledger.recordStage({ pipeline, turn, stage: 'promote', detail: `${candidate}: ${verdict}` });
  try {
    const result = await ledger.promote(input);
    setDetails(`${candidate} ${result.promoted ? 'is champion' : 'is rejected'}`, { verdict, llr: input.llr.toFixed(2), pairs: input.pairs.length });
    return result;
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
