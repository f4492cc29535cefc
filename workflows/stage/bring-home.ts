import { condition } from '@temporalio/workflow';
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { gamesDataset } from '../../src/domain/dataset/names.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Turns } from '../../src/domain/pipeline/pipeline.ts';
import { ledgerLong } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { runChild, syncStart } from '../isolate/children.ts';
import { bringHomeMs, lostNodeCheckMs } from '../isolate/limits.ts';

export interface BroughtHome {
  /** The home replica of each node whose games arrived. */
  readonly replicas: ReadonlyMap<NodeId, string>;
  /** The nodes whose games did not arrive, each with the reason as a sentence. */
  readonly late: ReadonlyMap<NodeId, string>;
}

/** Syncs the games of these nodes home, all at once. After the time limit the syncs that are still running continue without the stage. */
export async function bringHome(pipeline: string, turns: Turns, nodes: readonly NodeId[]): Promise<BroughtHome> {
  const dataset = gamesDataset(pipeline);
  const home = new Map<NodeId, string>();
  const late = new Map<NodeId, string>();
  for (const node of nodes) {
    const request = { dataset, source: node, target: 'home' };
    runChild<SyncRequest, TransferResult>('sync', syncStart(request), request).then(
      ({ replica }) => home.set(node, replica ?? ''),
      (error: unknown) => late.set(node, failureOf(error).message),
    );
  }
  const outstanding = () => nodes.filter((node) => !home.has(node) && !late.has(node));
  const arrived = () => outstanding().length === 0;
  let checkedAtMs = Date.now();
  // The time between two checks counts as at most two intervals, so that a step of the clock neither ends the wait nor makes it endless.
  const passedMs = (): number => {
    const sinceMs = Math.max(0, Date.now() - checkedAtMs);
    checkedAtMs = Date.now();
    return Math.min(sinceMs, 2 * lostNodeCheckMs);
  };
  for (let leftMs = bringHomeMs; leftMs > 0 && !arrived(); leftMs -= passedMs()) {
    if (await condition(arrived, Math.min(lostNodeCheckMs, leftMs), { summary: 'games on their way home' })) break;
    const { gone } = await ledgerLong.gamesAway({ pipeline, turns });
    for (const node of outstanding().filter((one) => gone.includes(one))) late.set(node, `${node} is lost`);
  }
  for (const node of outstanding()) late.set(node, `${node} did not answer in ${bringHomeMs / 1000} s`);
  return { replicas: home, late };
}
