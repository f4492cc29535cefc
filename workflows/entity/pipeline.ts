/**
 * `pipeline/<name>`: runs one turn after another. Its states are: idle → running turn n → … → idle when the wanted turns are done. The workflow
 * continues as new between turns.
 *
 * `src/domain/pipeline/wish.ts` says what the signals change. The signals `pause` and `stop` take effect after the turn under way, or at once with
 * `now`: the turn is then interrupted. `resume` and `run` end a pause. `skip` gives the present turn up. The pipeline pauses by itself after three
 * failed turns in a row, and at once after a failure that another run of the turn would only repeat: a job that was cancelled, or a defect.
 */
import { CancellationScope, condition, continueAsNew, patched, setHandler, sleep } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type GenerationInput, type PipelineInput, workflowIds } from '../../src/contract/workflows.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { pauseOf } from '../../src/domain/pipeline/pause-of.ts';
import type { PipelineStage } from '../../src/domain/pipeline/stages.ts';
import {
  addTurns,
  afterInterruption,
  afterTurn,
  atRest,
  type CarriedWish,
  isRunning,
  pausedBecause,
  pauseEnded,
  pauseLeftMs,
  type PipelineStanding,
  steer,
  type Steered,
  type SteeringVerb,
  wantsTurn,
} from '../../src/domain/pipeline/wish.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { patches } from '../isolate/patches.ts';
import type { GenerationResult } from '../procedure/generation.ts';
import { configureSignal, pauseSignal, resumeSignal, runSignal, skipSignal, stopSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { runChild } from '../isolate/children.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { turnsPerRunMax } from '../isolate/limits.ts';

export async function pipeline(carried: PipelineInput): Promise<never> {
  const input = upgradeState('pipeline', carried);
  let { config, nodes } = input;
  let state: Steered = {
    turn: input.turn,
    turnsLeft: input.turnsLeft,
    failures: input.failures,
    wish: begunPause(input, Date.now()) ?? { wish: input.paused ? 'paused' : 'running', by: 'ringmaster', reason: 'as it was before', sinceMs: 0 },
    ...given({ again: input.again, skip: input.skip, begun: input.begun }),
  };
  let turnScope: CancellationScope | undefined;
  const change = (next: Steered): void => {
    state = next;
    const interrupts = state.skip !== undefined || (!isRunning(state) && state.wish.now === true);
    if (interrupts) turnScope?.cancel();
  };
  const isUnderWay = (): boolean => turnScope !== undefined;
  setHandler(
    runSignal,
    (request) => {
      config = request.config ?? config;
      nodes = request.nodes ?? nodes;
      change(addTurns(state, request, Date.now(), isUnderWay()));
    },
    { description: 'Run this many more turns; 0: without end' },
  );
  setHandler(
    configureSignal,
    (changed) => {
      config = changed.config;
      nodes = changed.nodes;
    },
    { description: 'The cluster file may have changed; the new entry holds from the next turn' },
  );
  const onSteering =
    (verb: SteeringVerb) =>
    (signal = {}): void =>
      change(steer[verb](state, signal, Date.now(), isUnderWay()));
  setHandler(pauseSignal, onSteering('pause'), { description: 'Start no further turn; with {"now": true}, interrupt the turn under way' });
  setHandler(resumeSignal, onSteering('resume'), { description: 'Go on after a pause or after failures' });
  setHandler(stopSignal, onSteering('stop'), { description: 'Start no further turn, and forget the turns that were asked for' });
  setHandler(skipSignal, onSteering('skip'), { description: 'Give up the turn that failed; with {"now": true}, also a turn that is under way' });

  const standing = (): PipelineStanding => ({ nextTurn: state.turn, turnsLeft: state.turnsLeft, wish: state.wish });
  // The record of a stage is only shown. So the pipeline goes on even if the ledger cannot write this record.
  const record = async (turn: number, stage: PipelineStage, detail: string, failure?: FailureRecord): Promise<void> => {
    await ledger
      .recordStage({ pipeline: config.name, turn, stage, detail, standing: standing(), ...given({ failure }) })
      .catch((error: unknown) => restAfterError('pipeline', error));
  };
  const rest = async (): Promise<void> => {
    state = atRest(state);
    const stage = isRunning(state) ? 'idle' : state.wish.wish === 'stopped' && patched(patches.steering) ? 'stopped' : 'paused';
    setAttributes({ LifecycleState: stage });
    setDetails(`${stage} after turn ${state.turn - 1}`, isRunning(state) ? {} : { by: state.wish.by, reason: state.wish.reason });
    if (state.failures === 0) await record(state.begun === true ? state.turn : state.turn - 1, stage, restDetail(state, stage));
    const resting = (): boolean => !wantsTurn(state) && state.skip === undefined;
    const { wish } = state;
    if (!patched(patches.steering)) await condition(() => !resting());
    else {
      const leftMs = pauseLeftMs(wish, Date.now());
      if (leftMs === undefined) await condition(() => !resting() || state.wish !== wish);
      else if (!(await condition(() => !resting() || state.wish !== wish, leftMs, { summary: 'the pause has an end' })))
        state = pauseEnded(state, Date.now());
    }
  };
  for (let turns = 0; turns < turnsPerRunMax; turns += 1) {
    while (!wantsTurn(state) || state.skip !== undefined) {
      if (state.skip !== undefined) {
        const { by, reason } = state.skip;
        const { turn } = state;
        state = afterTurn(state);
        await record(turn, 'skipped', `given up by ${by} (${reason})`);
      } else {
        await rest();
      }
    }
    setAttributes({ LifecycleState: 'running' });
    setDetails(`turn ${state.turn} under way`, { 'turns left': state.turnsLeft });
    const start = {
      id: workflowIds.generation(config.name, state.turn),
      summary: `turn ${state.turn} of ${config.name}`,
      attributes: { Pipeline: config.name, LifecycleState: 'running' },
    };
    const { again, ...rested } = state;
    state = { ...rested, begun: true };
    const generationInput: GenerationInput = { config, nodes, turn: state.turn, standing: standing(), ...given({ again }) };
    turnScope = new CancellationScope();
    const scope = turnScope;
    try {
      await scope.run(() => runChild<GenerationInput, GenerationResult>('generation', start, generationInput));
      turnScope = undefined;
      state = afterTurn(state);
    } catch (error) {
      turnScope = undefined;
      // The pipeline itself was cancelled in Temporal.
      if (CancellationScope.current().consideredCancelled) throw error;
      if (scope.consideredCancelled) {
        // The turn was interrupted by a wish. It runs again later, unless it is given up.
        state = afterInterruption(state);
        setDetails(`turn ${state.turn} interrupted`);
        continue;
      }
      state = { ...state, failures: state.failures + 1 };
      const failure = failureOf(error);
      setAttributes({ LifecycleState: 'failed', FailureCode: failure.code });
      setDetails(`turn ${state.turn} failed (${state.failures} in a row)`, { code: failure.code, failure: sentenceOf(failure) });
      const pause = pauseOf(failure, state.failures);
      if (pause === undefined || (pause.isEarly && !patched(patches.steering))) {
        await sleep(1_000 * 2 ** state.failures, { summary: 'before the turn is tried again' });
      } else {
        state = pausedBecause(state, pause.by, pause.reason, Date.now());
        if (patched(patches.steering)) await record(state.turn, pause.stage, `paused by ${pause.by}: ${pause.reason}`, failure);
      }
    }
  }
  return continueAsNew<typeof pipeline>({ v: 1, config, nodes, paused: !isRunning(state), ...state });
}

/** Returns the wish with which the workflow starts, with the end of its pause by the clock of the server. */
const begunPause = ({ wish, pauseForMs }: PipelineInput, nowMs: number): CarriedWish | undefined =>
  wish === undefined || pauseForMs === undefined ? wish : { ...wish, endsAtMs: nowMs + pauseForMs };

/** Returns the sentence that the status shows while the pipeline rests. */
const restDetail = ({ wish, turn }: Steered, stage: PipelineStage): string =>
  stage === 'idle' ? stage : `${stage} before turn ${turn} by ${wish.by}: ${wish.reason}`;
