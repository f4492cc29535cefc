/**
 * `node/<id>`: the state of one node. joining → alive → suspect → unreachable → lost, and back to alive after a successful look.
 *
 * The verdict comes from the sweep (the daemon CLUSTER_MONITOR), and the wish from an operator (`wishNode`). The pure table `src/domain/node/node-steps.ts` decides the
 * steps that follow from the verdict and the wish, and this entity carries out the steps.
 * - The loss of a node is sent to the dispatcher, which knows the node's jobs.
 * - A resident worker that is gone from a reachable node is started again. Until the worker runs, calls to the node go through the gateway.
 * - Folders of completed jobs are removed, and old folders of jobs that no ledger knows, and old files of games that nothing reads any more.
 * - No job is started here. The ledger reads the wish in every claim, so a drain holds even while this workflow is down.
 */
import { CancellationScope, condition, continueAsNew, log, patched, setHandler, workflowInfo } from '@temporalio/workflow';
import { carryOut, type Executors } from '../../src/base/executors.ts';
import { given } from '../../src/base/given.ts';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type NodeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { JobRef, NodeId } from '../../src/domain/ids.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import { nextNodeStep, type NodeKnowledge, type NodeStep } from '../../src/domain/node/node-steps.ts';
import { newerWish, type NodeWish } from '../../src/domain/node/wish.ts';
import { gateway, ledger, ledgerLong, tidying } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { nodeLostSignal, notify, verdictSignal, wishSignal } from '../isolate/signals.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { patches } from '../isolate/patches.ts';
import { tidyCommandsMax } from '../isolate/limits.ts';
import { forgetJobsMax, strayFolderMs } from '../../src/domain/limits.ts';

export async function node(carried: NodeInput): Promise<never> {
  const input = upgradeState('node', carried);
  const id = input.node;
  let view: ObservedNode | undefined = input.view;
  let wish: NodeWish | undefined = input.wish;
  let resident = input.resident;
  let hasChanged = view !== undefined;
  let workerTries = 0;
  let workerFailure: string | undefined;
  let tidiedAtMs = Date.now();
  let straysAtMs = input.straysAtMs ?? tidiedAtMs;
  setHandler(
    verdictSignal,
    (verdict) => {
      view = verdict.view;
      wish = newerWish(wish, verdict.wish);
      resident = verdict.resident;
      hasChanged = true;
    },
    { description: 'The sweep has a new verdict about this node' },
  );
  setHandler(
    wishSignal,
    (wished) => {
      wish = newerWish(wish, wished);
      hasChanged = view !== undefined;
    },
    { description: 'An operator has put the node in or out of service, or its last job has ended while it drains' },
  );
  const known = (): NodeKnowledge => ({
    view,
    wish,
    resident,
    hasChanged,
    workerTries,
    workerFailure,
    tidiedAtMs,
    straysAtMs,
    nowMs: Date.now(),
    historyEvents: workflowInfo().historyLength,
  });
  const executors: Executors<NodeStep> = {
    rest: async (step) => {
      workerTries = step.workerTries;
      if (workerTries === 0) workerFailure = undefined;
      await condition(() => hasChanged, `${step.secondsMax}s`);
    },
    announce: ({ state }) => {
      hasChanged = false;
      setAttributes({ LifecycleState: state });
    },
    'announce-loss': async ({ state, evidence }) => {
      hasChanged = false;
      setAttributes({ LifecycleState: state });
      await notify(workflowIds.dispatcher, nodeLostSignal, { node: id, evidence });
    },
    'start-worker': async ({ workerTry }) => {
      workerTries = workerTry;
      setDetails('starting the resident worker', { try: workerTry });
      try {
        await startWorker(id, () => hasChanged && view?.state !== 'alive');
        workerFailure = undefined;
      } catch (error) {
        workerFailure = sentenceOf(failureOf(error));
      }
    },
    tidy: async () => {
      tidiedAtMs = Date.now();
      try {
        await tidy(id);
      } catch (error) {
        log.warn('folders of completed jobs stay on the node until the next time', { node: id, why: sentenceOf(failureOf(error)) });
      }
    },
    'tidy-strays': async () => {
      straysAtMs = Date.now();
      if (!patched(patches.strays)) return;
      try {
        await tidyStrays(id);
      } catch (error) {
        log.warn('folders of jobs that no ledger knows stay on the node until the next time', { node: id, why: sentenceOf(failureOf(error)) });
      }
      if (!patched(patches.pastGames)) return;
      try {
        await tidyGames(id, `${workflowInfo().runId}/${straysAtMs}`);
      } catch (error) {
        log.warn('old files of games stay on the node until the next time', { node: id, why: sentenceOf(failureOf(error)) });
      }
    },
    show: ({ heading, rows }) => setDetails(heading, rows),
    'continue-as-new': () =>
      continueAsNew<typeof node>({
        v: 1,
        node: id,
        resident,
        straysAtMs,
        ...given({ view, wish }),
      }),
  };
  for (let last: NodeStep['type'] | undefined; ;) {
    const step = nextNodeStep(known(), last);
    await carryOut(executors, step);
    last = step.type;
  }
}

/**
 * Starts the node's worker. Stops waiting for the start when the node is no longer alive: no worker can start there, and the announcement of a loss
 * must not wait.
 */
async function startWorker(id: NodeId, isPointless: () => boolean): Promise<void> {
  const scope = new CancellationScope();
  const started = scope.run(() => gateway.ensureNodeWorker({ node: id }));
  await Promise.race([started, condition(isPointless)]);
  scope.cancel();
  await started;
}

async function tidy(id: NodeId): Promise<void> {
  for (let commands = 0; commands < tidyCommandsMax; commands += 1) {
    const { jobs } = await ledger.foldersOf({ node: id });
    if (jobs.length === 0) return;
    await forget(id, jobs);
    // The ledger also records folders as removed that stay. Otherwise every tidying would try to remove them again, and they would block all others.
    await ledger.foldersGone({ node: id, jobs });
  }
}

/** Removes the folders. A folder that cannot be removed stays for a person to look at. */
async function forget(id: NodeId, jobs: readonly JobRef[]): Promise<void> {
  try {
    await tidying.forgetJobs({ node: id, jobs });
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code !== 'transport.busy') throw error;
    log.warn(message, { node: id });
  }
}

async function tidyStrays(id: NodeId): Promise<void> {
  const old = await tidying.oldJobs({ node: id, ageMs: strayFolderMs });
  if (old.length === 0) return;
  const { jobs } = await ledger.strayJobs({ node: id, jobs: old });
  for (let first = 0; first < jobs.length; first += forgetJobsMax) await forget(id, jobs.slice(first, first + forgetJobsMax));
}

/** The files go from the node first. A sync then brings the dataset home without them. A replica that lost them first would get them back. */
async function tidyGames(id: NodeId, key: string): Promise<void> {
  const { past, ageMs } = await ledgerLong.pastGames();
  if (past.length === 0) return;
  const removed = await tidying.removeGames({ node: id, past, ageMs });
  if (removed.length > 0) await ledger.gameFilesRemoved({ node: id, key, removed });
}
