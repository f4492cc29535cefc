/**
 * `pipeline/<name>`: runs one turn after another. Its states are: idle → running turn n → … → idle when the wanted turns are done. The signal
 * `pause` or three failed turns in a row pause the pipeline. The signal `resume` or `run` ends the pause. The workflow continues as new between
 * turns.
 */
import { condition, continueAsNew, setHandler, sleep } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type GenerationInput, type PipelineInput, workflowIds } from '../../src/contract/workflows.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import type { GenerationResult } from '../procedure/generation.ts';
import { pauseSignal, resumeSignal, runSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { runChild } from '../isolate/children.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { failedTurnsMax, turnsPerRunMax } from '../isolate/limits.ts';

export async function pipeline(carried: PipelineInput): Promise<never> {
  const input = upgradeState('pipeline', carried);
  let { config, nodes } = input;
  const state = { turn: input.turn, turnsLeft: input.turnsLeft, paused: input.paused, failures: input.failures };
  setHandler(
    runSignal,
    ({ turns, config: newConfig, nodes: newNodes }) => {
      config = newConfig ?? config;
      nodes = newNodes ?? nodes;
      state.turnsLeft = turns === 0 || state.turnsLeft === 'unlimited' ? 'unlimited' : state.turnsLeft + turns;
      state.paused = false;
      state.failures = 0;
    },
    { description: 'Run this many more turns; 0: without end' },
  );
  setHandler(pauseSignal, () => void (state.paused = true), { description: 'Start no further turn' });
  setHandler(
    resumeSignal,
    () => {
      state.paused = false;
      state.failures = 0;
    },
    { description: 'Go on after a pause or after failures' },
  );
  const wanted = () => !state.paused && (state.turnsLeft === 'unlimited' || state.turnsLeft > 0);
  for (let turns = 0; turns < turnsPerRunMax; turns += 1) {
    if (!wanted()) {
      const stage = state.paused ? 'paused' : 'idle';
      setAttributes({ LifecycleState: stage });
      setDetails(`${stage} after turn ${state.turn - 1}`);
      // The record of the stage is only shown. So the pipeline goes on even if the ledger cannot write this record.
      if (state.failures === 0)
        await ledger
          .recordStage({ pipeline: config.name, turn: state.turn - 1, stage, detail: stage })
          .catch((error: unknown) => restAfterError('pipeline', error));
      await condition(wanted);
    }
    setAttributes({ LifecycleState: 'running' });
    setDetails(`turn ${state.turn} under way`, { 'turns left': state.turnsLeft });
    const start = {
      id: workflowIds.generation(config.name, state.turn),
      summary: `turn ${state.turn} of ${config.name}`,
      attributes: { Pipeline: config.name, LifecycleState: 'running' },
    };
    try {
      await runChild<GenerationInput, GenerationResult>('generation', start, { config, nodes, turn: state.turn });
      state.turn += 1;
      state.failures = 0;
      if (state.turnsLeft !== 'unlimited') state.turnsLeft -= 1;
    } catch (error) {
      state.failures += 1;
      const failure = failureOf(error);
      setAttributes({ LifecycleState: 'failed', FailureCode: failure.code });
      setDetails(`turn ${state.turn} failed (${state.failures} of ${failedTurnsMax})`, { code: failure.code, failure: sentenceOf(failure) });
      if (state.failures >= failedTurnsMax) state.paused = true;
      else await sleep(1_000 * 2 ** state.failures, { summary: 'before the turn is tried again' });
    }
  }
  return continueAsNew<typeof pipeline>({ v: 1, config, nodes, ...state });
}
