/**
 * Stage `distribute/<pipeline>/<turn>`: makes the champion ready at home, notes its version, and waits until the daemon MODEL_DISTRIBUTION has pushed it to
 * every node. The daemon also gives it to a node that is away and comes back. The node's jobs need no distributed champion, because each job gets its model
 * as an input. So a node that is unreachable or lost when the stage begins is not waited for and counts as late: a dead node costs no turn a minute. A node
 * that goes away later is treated like any slow node.
 */
import { given } from '../../src/base/given.ts';
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { championVersion } from '../../src/domain/dataset/names.ts';
import { type DistributeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { copiesWaitMs } from '../../src/domain/limits.ts';
import { gateway, ledger } from '../isolate/activities.ts';
import { runChild, syncStart } from '../isolate/children.ts';
import { setDetails } from '../isolate/details.ts';
import { condition, patched, sleep } from '@temporalio/workflow';
import { copiesCheckMs, copiesCheckMsMax, distributeMs } from '../isolate/limits.ts';
import { patches } from '../isolate/patches.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';

export async function distribute({
  pipeline,
  turn,
  model,
  nodes,
}: DistributeInput): Promise<{ readonly nodes: readonly string[]; readonly late: readonly string[] }> {
  const { dataset } = await gateway.stageChampion({ pipeline, model });
  const version = championVersion(model);
  const record = (): Promise<readonly NodeId[]> =>
    ledger.recordStage({ pipeline, turn, stage: 'distribute', detail: `${model.id} to ${nodes.join(', ')}` });
  const note = (): Promise<void> => ledger.noteVersion({ dataset, version });
  const wake = (): Promise<unknown> => notify(workflowIds.daemon('MODEL_DISTRIBUTION'), wakeSignal);
  const isAwaited = patched(patches.awaitedCopies);
  const [absent] = await Promise.all(isAwaited ? [record(), note()] : [record()]);
  const isAway = new Set(absent);
  const away = nodes.filter((node) => isAway.has(node));
  const asked = nodes.filter((node) => !isAway.has(node));
  const done = new Set<string>();
  const failed = new Set<string>();
  const showProgress = (): void =>
    setDetails(`champion ${model.id}: on ${done.size} of ${nodes.length} nodes`, {
      done: [...done].join(', '),
      failed: [...failed].join(', '),
      away: away.join(', '),
    });
  showProgress();
  const waits = { dataset, version, asked, done, failed, showProgress };
  if (isAwaited) {
    await Promise.all([wake(), untilCopied(waits, asked)]);
  } else if (patched(patches.distribution)) {
    await note();
    await wake();
    await untilCopied(waits);
  } else {
    await pushAll(waits);
  }
  const late = nodes.filter((node) => !done.has(node));
  return { nodes: nodes.filter((node) => done.has(node)), late };
}

interface Waits {
  readonly dataset: string;
  readonly version: string;
  readonly asked: readonly NodeId[];
  readonly done: Set<string>;
  readonly failed: Set<string>;
  readonly showProgress: () => void;
}

/** Waits until the version has reached each asked node, or could not be pushed there. A look with nodes in `awaiting` itself waits for these nodes. */
async function untilCopied({ dataset, version, asked, done, failed, showProgress }: Waits, awaiting?: readonly NodeId[]): Promise<void> {
  const lookMs = awaiting === undefined ? 0 : copiesWaitMs;
  for (let waitedMs = lookMs, restMs = copiesCheckMs; ; waitedMs += restMs + lookMs, restMs = Math.min(restMs * 2, copiesCheckMsMax)) {
    const copies = await ledger.copiesOf({ dataset, version, ...given({ awaiting }) });
    for (const node of asked) {
      if (copies.has.includes(node)) done.add(node);
      else if (copies.failed.includes(node)) failed.add(node);
    }
    for (const node of done) failed.delete(node);
    showProgress();
    if (done.size + failed.size >= asked.length || waitedMs >= distributeMs) return;
    await sleep(restMs, { summary: 'MODEL_DISTRIBUTION pushes the champion' });
  }
}

/** Pushes the champion without the daemon, as a stage of an earlier release does. */
async function pushAll({ dataset, asked, done, failed, showProgress }: Waits): Promise<void> {
  const send = async (node: string): Promise<void> => {
    const request = { dataset, source: 'home', target: node };
    try {
      await runChild<SyncRequest, TransferResult>('sync', syncStart(request), request);
      done.add(node);
    } catch {
      // The sync's workflow records the failure with its code. This stage only counts the node as late.
      failed.add(node);
    }
    showProgress();
  };
  void Promise.all(asked.map(send));
  await condition(() => done.size + failed.size >= asked.length, distributeMs);
}
