/**
 * Stage `train/<pipeline>/<turn>`: one training job. The item's id contains the digest of the training set. So the same set is trained only once,
 * and a different set gets an item of its own. The model is a function of (training-set digest, seed, payload digest), of its parent, and of the intensity of the training.
 */
import { given } from '../../src/base/given.ts';
import { type TrainInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import type { ModelRef } from '../../src/domain/model/model.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { ledger } from '../isolate/activities.ts';
import { failureText, OwnedItems } from '../isolate/owned-items.ts';
import { stageFailed } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';
import { throwIfEnded } from '../isolate/stage-end.ts';
import { modelInput } from './model-input.ts';
import { stageItem } from './stage-item.ts';
import { withReplacements } from './replacements.ts';
import { setDetails } from '../isolate/details.ts';

export async function train(input: TrainInput): Promise<ModelRef> {
  const { pipeline, turn, set, games, intensity, parent, payload, seed, revision = 0 } = input;
  const owned = new OwnedItems({ pipeline, turn, stage: 'train' });
  const wanted: WorkItemSpec = {
    id: `${pipeline}.${turn}.train.${set.sha256.slice(0, 8)}${revision === 0 ? '' : `.v${revision}`}` as ItemId,
    kind: 'train',
    priority: 30,
    ...stageItem(input),
    request: { games, ...given({ intensity }) },
    inputs: [{ ...set, name: 'games.ndjson' }, ...modelInput('model', parent)],
    outputs: [{ path: 'model', to: 'home' }],
    seed,
  };
  const { specs, missing } = await withReplacements([wanted], input.reruns);
  const id = specs[0]?.id ?? wanted.id;
  await ledger.enqueue({ items: specs.filter((spec) => missing.has(spec.id)) });
  await notify(workflowIds.dispatcher, wakeSignal);
  setDetails(`training on ${games} games`, { set: set.sha256, parent: parent.id });
  await ledger.recordStage({ pipeline, turn, stage: 'train', detail: `${games} games` });
  const [done] = await owned.all([id], async (ended) => throwIfEnded(input, ended));
  const model = done?.outcome?.type === 'completed' ? done.outcome.files.find((file) => file.path === 'model') : undefined;
  if (done === undefined || model === undefined) {
    throw stageFailed({
      pipeline,
      turn,
      cannot: `train turn ${turn}`,
      because: done === undefined ? `${id} is gone` : failureText(done),
      hint: { run: `ringmaster explain ${id}` },
      fields: { item: id },
      chain: done === undefined ? [] : [failureText(done)],
    });
  }
  const candidate = await ledger.registerModel({
    pipeline,
    turn,
    sha256: model.sha256,
    bytes: model.bytes,
    trainingSet: set.sha256,
    parent: parent.id,
    seed,
    payloadDigest: payload.digest,
  });
  setDetails(`trained ${candidate.id}`, { sha256: model.sha256, bytes: model.bytes });
  return candidate;
}
