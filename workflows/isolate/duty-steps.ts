/** Carries out the steps that the duties of the daemons want. A step that acts on one node fails for that node only. */
import { isCancellation, log, patched } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import { carryOut, type Executors } from '../../src/base/executors.ts';
import { type PipelineInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NotifyInput } from '../../src/domain/alert/notification.ts';
import type { DutyStep, Shutdown } from '../../src/domain/daemon/work.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { heldJobMsMin } from '../../src/domain/limits.ts';
import { ledger, tidying, tidyingHome } from './activities.ts';
import { startChildOnce, syncStart } from './children.ts';
import { failureOf } from './failure-of.ts';
import { stopGraceMs } from './limits.ts';
import { patches } from './patches.ts';
import { notify, pauseSignal, wakeSignal, wishSignal } from './signals.ts';

const executors: Executors<DutyStep> = {
  wake: async ({ workflow }) => void (await notify(workflow, wakeSignal)),
  'run-pipeline': async ({ pipeline }) => {
    const { name } = pipeline.config;
    const start = { id: workflowIds.pipeline(name), summary: `Pipeline ${name}`, attributes: { Pipeline: name } };
    await startChildOnce<PipelineInput>('pipeline', start, { v: 1, ...pipeline });
  },
  sync: async ({ request }) => void (await startChildOnce('sync', syncStart(request), request)),
  'reap-job': ({ job, node, because }) => ledger.reapJob({ job, node, because }),
  'report-games': async ({ holds, reason, key, pipeline, turn, games, faults }) => {
    const { isKnown } = await ledger.gamesReported({ key });
    if (isKnown) return;
    // The pause comes first. A crash in between then pauses twice and loses no pause.
    if (holds) {
      const { signal } = await ledger.wishPipeline({ pipeline, verb: 'pause', by: 'QUALITY_MONITOR', reason, now: true });
      await notify(workflowIds.pipeline(pipeline), pauseSignal, signal);
    }
    await ledger.reportGames({ key, pipeline, turn, games, faults });
  },
  'record-alerts': ({ changes, channels }) => ledger.recordAlerts({ changes, ...given({ channels }) }),
  notify: async ({ channels }) => void (await Promise.all(channels.map(sendOn))),
  'adjust-values': ({ pipeline, turn, changes }) => ledger.adjustValues({ pipeline, turn, changes }),
  'drain-node': ({ node, by, reason }) => onNode(node, 'the idle node was not drained; the next round tries again', () => drain(node, by, reason)),
  'shut-node-down': ({ node, key, because }) => onNode(node, 'the idle node was not shut down', () => shutDown({ node, key, because })),
  'end-strays': ({ node }) =>
    onNode(node, 'the jobs that nothing owns were not ended on the node; they stay until the next look', () => endStrays(node)),
};

/** Starts the workflow that sends what waits for a channel. The workflow looks again when it runs already. */
async function sendOn(channel: string): Promise<void> {
  const id = workflowIds.notify(channel);
  const start = { id, summary: `Notifications on ${channel}`, attributes: {} };
  if (!(await startChildOnce<NotifyInput>('notify', start, { channel }))) await notify(id, wakeSignal);
}

/** Does work on one node. A failure is logged. */
async function onNode(node: NodeId, failed: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn(failed, { node, why: sentenceOf(failureOf(error)) });
  }
}

async function drain(node: NodeId, by: string, reason: string): Promise<void> {
  const { wish } = await ledger.wishNode({ node, service: 'draining', by, reason });
  if (wish !== undefined) await notify(workflowIds.node(node), wishSignal, wish);
  // The dispatcher looks whether the drain is already over.
  await notify(workflowIds.dispatcher, wakeSignal);
}

/** The event comes first, because the command can end the connection that carries its result. */
async function shutDown({ node, key, because }: Shutdown): Promise<void> {
  const { isNew } = await ledger.noteShutdown({ node, key, because });
  if (!isNew) return;
  const { failure } = await tidyingHome.shutNodeDown({ node });
  if (failure !== undefined) await ledger.noteShutdownFailure({ node, key, because: failure });
}

/** The syncs of a round do not depend on each other or on its other steps, so they start together. */
export async function carryOutDutySteps(steps: readonly DutyStep[]): Promise<void> {
  const syncs = steps.filter(({ type }) => type === 'sync');
  const areTogether = syncs.length > 1 && patched(patches.syncsAtOnce);
  for (const step of areTogether ? steps.filter(({ type }) => type !== 'sync') : steps) await carryOut(executors, step);
  if (areTogether) await Promise.all(syncs.map((step) => carryOut(executors, step)));
}

async function endStrays(node: NodeId): Promise<void> {
  const held = await tidying.heldJobs({ node, ageMs: heldJobMsMin });
  if (held.length === 0) return;
  const { jobs } = await ledger.ownerlessJobs({ node, jobs: held });
  for (const { job, because } of jobs) {
    await tidying.stopJob({ node, job, graceMs: stopGraceMs });
    await ledger.noteReaped({ job, node, because });
  }
}
