/**
 * `generation/<pipeline>/<turn>`: one turn. self-play → gather (sync, consolidate, export) → train → evaluate → promote or reject → distribute.
 * Each stage is a child workflow that can also be started alone and may be repeated. A turn that runs again uses the results of its earlier run, and
 * goes on from there.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import type { ModelRef } from '../../src/domain/model/model.ts';
import { deriveSeed } from '../../src/domain/pipeline/seed.ts';
import {
  type DistributeInput,
  type EvaluateInput,
  type GatherInput,
  type GenerationInput,
  type SelfPlayInput,
  type TrainInput,
  type WorkflowType,
  workflowIds,
} from '../../src/contract/workflows.ts';
import type { Evaluation, GateResult } from '../../src/domain/model/evaluation.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import type { GatherResult } from '../stage/gather.ts';
import type { PromoteResult } from '../stage/promote.ts';
import { awaitPayload } from '../isolate/await-payload.ts';
import { awaitDaemons } from '../isolate/await-daemons.ts';
import { runChild } from '../isolate/children.ts';
import { isStage } from '../../src/domain/pipeline/stages.ts';
import type { SelfPlayResult } from '../stage/self-play.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';

export interface GenerationResult {
  readonly turn: number;
  readonly games: number;
  readonly candidate: string;
  readonly promoted: boolean;
  readonly champion: string;
}

export async function generation(input: GenerationInput): Promise<GenerationResult> {
  const { config, turn } = input;
  try {
    return await runTurn(input);
  } catch (error) {
    const failure = failureOf(error);
    setAttributes({ LifecycleState: 'failed', FailureCode: failure.code });
    setDetails(`turn ${turn} failed`, { code: failure.code, failure: sentenceOf(failure) });
    // The record also cancels what the turn left in the queue. So it is made even when the turn itself was cancelled.
    const record = { pipeline: config.name, turn, stage: 'failed', detail: sentenceOf(failure), failure } as const;
    await CancellationScope.nonCancellable(() => ledger.recordStage(record));
    if (isCancellation(error)) throw error;
    throw failWith(failure);
  }
}

async function runTurn({ config: asked, turn, nodes, standing, again }: GenerationInput): Promise<GenerationResult> {
  const pipeline = asked.name;
  const base = { pipeline, turn };
  const stage = async <I, R>(type: WorkflowType, name: string, stageInput: I): Promise<R> => {
    if (isStage(name)) await awaitDaemons(pipeline, turn, name);
    setDetails(`turn ${turn}: ${name}`, {}, name);
    return runChild<I, R>(
      type,
      {
        id: workflowIds.stage(name, pipeline, turn),
        summary: `${name}, turn ${turn} of ${pipeline}`,
        attributes: { Pipeline: pipeline, LifecycleState: 'running' },
      },
      stageInput,
    );
  };
  const snapshot = await awaitPayload({ ...base, ...given({ standing }) });
  const begun = await ledger.beginTurn({ ...base, payload: snapshot, config: asked, ...given({ standing, again }) });
  const { champion, payload, config = asked, revision, reruns } = begun;
  const rerun = given({ reruns });
  const revised = given({ reruns, revision });

  await stage<SelfPlayInput, SelfPlayResult>('selfPlay', 'self-play', {
    ...base,
    ...rerun,
    seed: config.seed,
    games: config.gamesPerTurn,
    gamesPerItem: config.gamesPerItem,
    exploration: config.exploration,
    stage: config.selfPlay,
    payload,
    model: champion,
  });
  const { set, games, without } = await stage<GatherInput, GatherResult>('gather', 'gather', { ...base, windowTurns: config.windowTurns });
  const candidate = await stage<TrainInput, ModelRef>('train', 'train', {
    ...base,
    ...revised,
    seed: deriveSeed({ seed: config.seed, stage: 'train', turn, index: 0 }),
    stage: config.train,
    payload,
    set,
    games,
    ...given({ intensity: config.intensity }),
    parent: champion,
  });
  const match = await stage<EvaluateInput, GateResult>('evaluate', 'evaluate', {
    ...base,
    ...revised,
    seed: config.seed,
    stage: config.evaluate,
    payload,
    candidate,
    champion,
    gate: config.gate,
  });
  const { champion: now, promoted } = await stage<Evaluation, PromoteResult>('promote', 'promote', {
    ...base,
    candidate: candidate.id,
    champion: champion.id,
    verdict: match.verdict,
    pairs: match.pairs,
    llr: match.llr,
  });
  // The champion is distributed in every turn. A node that was away gets the champion now. On a node that already has the champion, the sync makes
  // only one check.
  if (now.sha256 !== undefined) await stage<DistributeInput, unknown>('distribute', 'distribute', { ...base, model: now, nodes });
  const detail = `${candidate.id} ${promoted ? 'promoted' : 'rejected'} after ${match.pairs.length} pairs (LLR ${match.llr.toFixed(2)})${without === '' ? '' : `; ${without}`}`;
  await ledger.recordStage({ ...base, stage: 'done', detail });
  setAttributes({ LifecycleState: 'completed' });
  setDetails(`turn ${turn}: ${detail}`, { games, champion: now.id });
  return { turn, games, candidate: candidate.id, promoted, champion: now.id };
}
