/**
 * Stage `evaluate/<pipeline>/<turn>`: the candidate plays the champion in colour-swapped pairs until the SPRT has a verdict. Each pair starts from an
 * opening that no other pair of the match uses. The stage reads results in index order only, so that a cancelled or late game cannot bias the verdict. It
 * cancels the items that are still open at the verdict.
 */
import { patched } from '@temporalio/workflow';
import { type EvaluateInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import { type ItemId, jobWorkflowId } from '../../src/domain/ids.ts';
import { type PairResult, type GateResult, isPair } from '../../src/domain/model/evaluation.ts';
import { openingOf } from '../../src/domain/pipeline/pipeline.ts';
import { type PairFault, pairFault } from '../../src/domain/model/pair-fault.ts';
import { deriveSeed } from '../../src/domain/pipeline/seed.ts';
import { sprtVerdict, type SprtVerdict } from '../../src/domain/model/sprt.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { ledger } from '../isolate/activities.ts';
import { failureText, OwnedItems } from '../isolate/owned-items.ts';
import { stageFailed } from '../isolate/failure-of.ts';
import { cancelSignal, notify, wakeSignal } from '../isolate/signals.ts';
import { throwIfEnded } from '../isolate/stage-end.ts';
import { patches } from '../isolate/patches.ts';
import { modelInput } from './model-input.ts';
import { stageItem } from './stage-item.ts';
import { withReplacements } from './replacements.ts';
import { setDetails } from '../isolate/details.ts';
import { openEvaluationItemsMax } from '../isolate/limits.ts';

export async function evaluate(input: EvaluateInput): Promise<GateResult> {
  const { pipeline, gate, candidate, champion } = input;
  const owned = new OwnedItems({ pipeline, turn: input.turn, stage: 'evaluate' });
  const { first } = await ledger.allocateOpenings({ pipeline, key: `${candidate.id}:${champion.id}`, count: gate.pairsMax });
  const { specs, missing } = await withReplacements(itemSpecs(input, first), input.reruns);
  const ids = specs.map((spec) => spec.id);
  let enqueued = 0;
  await owned.refresh(ids);
  for (;;) {
    const version = owned.version;
    const closed = owned.closed(ids);
    const pairs = closed.flatMap(pairsOf).sort((a, b) => a.index - b.index);
    const seen = sprtVerdict(gate, pairs);
    await show(input, seen);
    if (seen.verdict !== 'continue') {
      await cancelRest(ids.slice(0, enqueued).filter((id) => !closed.some((item) => item.item === id)));
      return {
        verdict: seen.verdict === 'reject' && seen.llr > seen.lower ? 'undecided' : seen.verdict,
        llr: seen.llr,
        pairs: pairs.slice(0, seen.pairsUsed),
      };
    }
    throwIfEnded(input, closed);
    // An older release accepted an item whose pairs are incomplete. The test of the gate would wait for the missing pair without end.
    const incomplete = firstIncomplete(specs, closed);
    if (incomplete !== undefined && patched(patches.coverage)) throw pairMissing(input, incomplete);
    const failed = closed.find((item) => item.state !== 'completed' || pairsOf(item).length === 0);
    if (failed !== undefined) throw itemFailed(input, failed);
    const more = specs.slice(enqueued, closed.length + openEvaluationItemsMax);
    if (more.length > 0) {
      await ledger.enqueue({ items: more.filter((spec) => missing.has(spec.id)) });
      enqueued += more.length;
      await notify(workflowIds.dispatcher, wakeSignal);
    }
    await owned.change(ids.slice(0, enqueued), version);
  }
}

/** Checks the pairs that the payload reports. An entry that is not a pair does not count, and an item without any pair is a failure. */
const pairsOf = ({ outcome }: ClosedItem): PairResult[] =>
  outcome?.type === 'completed' && Array.isArray(outcome.result['pairs']) ? outcome.result['pairs'].filter(isPair) : [];

interface Incomplete {
  readonly item: ItemId;
  readonly fault: PairFault;
}

function firstIncomplete(specs: readonly WorkItemSpec[], closed: readonly ClosedItem[]): Incomplete | undefined {
  const requests = new Map(
    specs.map(({ id, request: { pairs } }) => [id, { pairs: (pairs as readonly PairResult[]).map(({ index }) => ({ index })) }]),
  );
  for (const { item, outcome } of closed) {
    const fault = outcome?.type === 'completed' ? pairFault(requests.get(item) ?? {}, outcome.result) : undefined;
    if (fault !== undefined) return { item, fault };
  }
  return undefined;
}

const pairMissing = ({ pipeline, turn }: EvaluateInput, { item, fault }: Incomplete) =>
  stageFailed({
    pipeline,
    turn,
    cannot: `evaluate turn ${turn}`,
    because: `${item} did not return the pairs that it was asked for: ${fault.because}`,
    hint: { run: `ringmaster explain ${item}` },
    fields: { item, pair: fault.pair },
    chain: [],
  });

async function show({ pipeline, turn, candidate, champion }: EvaluateInput, { llr, lower, upper, pairsUsed }: SprtVerdict): Promise<void> {
  setDetails(`${candidate.id} against ${champion.id}`, {
    pairs: pairsUsed,
    llr: llr.toFixed(2),
    'reject at': lower.toFixed(2),
    'accept at': upper.toFixed(2),
  });
  const evaluation = { candidate: candidate.id, pairs: pairsUsed, llr, lower, upper };
  await ledger.recordStage({ pipeline, turn, stage: 'evaluate', detail: `${candidate.id}: ${pairsUsed} pairs, LLR ${llr.toFixed(2)}`, evaluation });
}

async function cancelRest(ids: readonly ItemId[]): Promise<void> {
  if (ids.length === 0) return;
  const { jobs } = await ledger.cancelItems({ items: ids, reason: 'the verdict is in', by: 'ringmaster' });
  await Promise.all(jobs.map((job) => notify(jobWorkflowId(job), cancelSignal, { reason: 'the verdict is in', by: 'ringmaster' })));
}

function itemSpecs(input: EvaluateInput, firstOpening: number): WorkItemSpec[] {
  const { pipeline, turn, gate, candidate, champion } = input;
  const common = stageItem(input);
  const version = input.revision === undefined || input.revision === 0 ? '' : `.v${input.revision}`;
  const count = Math.ceil(gate.pairsMax / gate.pairsPerItem);
  return Array.from({ length: count }, (_, item) => {
    const from = item * gate.pairsPerItem;
    const size = Math.min(gate.pairsPerItem, gate.pairsMax - from);
    return {
      id: `${pipeline}.${turn}.evaluate.${candidate.sha256?.slice(0, 8) ?? 'random'}${version}.${item}` as ItemId,
      kind: 'evaluate',
      // The SPRT reads pairs in index order. Items of equal priority are played in the order of the queue, so earlier pairs are played first.
      priority: 20,
      ...common,
      request: { pairs: Array.from({ length: size }, (__, k) => ({ index: from + k, opening: openingOf(gate, firstOpening + from + k) })) },
      inputs: [...modelInput('candidate', candidate), ...modelInput('champion', champion)],
      outputs: [],
      seed: deriveSeed({ seed: input.seed, stage: 'evaluate', turn, index: item }),
    };
  });
}

const itemFailed = ({ pipeline, turn }: EvaluateInput, failed: ClosedItem) =>
  stageFailed({
    pipeline,
    turn,
    cannot: `evaluate turn ${turn}`,
    because: failureText(failed),
    hint: { run: `ringmaster explain ${failed.item}` },
    fields: { item: failed.item },
    chain: [failureText(failed)],
  });
