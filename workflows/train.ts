/**
 * Stage `train/<pipeline>/<turn>`: one training job. The item's id holds the training set's digest, so that the same set is trained once and another
 * set is another item. The model is a function of (training-set digest, seed, payload digest) and of its parent.
 */
import { workflowInfo } from '@temporalio/workflow';
import { type TrainInput, workflowIds } from '../src/contract/workflows.ts';
import { classOf } from '../src/domain/failure.ts';
import type { ItemId } from '../src/domain/ids.ts';
import type { ModelRef } from '../src/domain/pipeline.ts';
import type { WorkItemSpec } from '../src/domain/work-item.ts';
import { ledger } from './activities.ts';
import { failureText, OwnedItems } from './await-items.ts';
import { failWith } from './failure-of.ts';
import { notify, wakeSignal } from './message.ts';
import { modelInput } from './model-input.ts';
import { standIns } from './stand-ins.ts';
import { tell } from './story.ts';

export async function train(input: TrainInput): Promise<ModelRef> {
  const { pipeline, turn, stage, set, games, parent, payload, seed } = input;
  const owned = new OwnedItems();
  const wanted: WorkItemSpec = {
    id: `${pipeline}.${turn}.train.${set.sha256.slice(0, 8)}` as ItemId,
    kind: 'train',
    priority: 30,
    owner: workflowInfo().workflowId,
    pipeline,
    turn,
    command: stage.command,
    ...(stage.verify === undefined ? {} : { verify: stage.verify }),
    env: stage.env,
    request: { games },
    payload,
    inputs: [{ ...set, name: 'games.ndjson' }, ...modelInput('model', parent)],
    outputs: [{ path: 'model', to: 'home' }],
    seed,
    attemptsMax: stage.attemptsMax,
    slots: stage.slots,
    labels: stage.labels,
    limits: stage.limits,
  };
  const { specs, missing } = await standIns([wanted]);
  const id = specs[0]?.id ?? wanted.id;
  await ledger.enqueue({ items: specs.filter((spec) => missing.has(spec.id)) });
  await notify(workflowIds.dispatcher, wakeSignal);
  tell(`training on ${games} games`, { set: set.sha256, parent: parent.id });
  await ledger.recordStage({ pipeline, turn, stage: 'train', detail: `${games} games` });
  const [done] = await owned.all([id], async () => undefined);
  const model = done?.outcome?.type === 'completed' ? done.outcome.files.find((file) => file.path === 'model') : undefined;
  if (done === undefined || model === undefined) {
    throw failWith({
      code: 'pipeline.stage-failed',
      class: classOf('pipeline.stage-failed'),
      message: `Cannot train turn ${turn} because ${done === undefined ? `${id} is gone` : failureText(done)}; try \`ringmaster explain ${id}\``,
      fields: { pipeline, turn, item: id },
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
  tell(`trained ${candidate.id}`, { sha256: model.sha256, bytes: model.bytes });
  return candidate;
}
