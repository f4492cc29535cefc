/** Carries out the steps that the duties of the daemons want. A step that acts on one node fails for that node only. */
import { isCancellation, log } from '@temporalio/workflow';
import { carryOut, type Executors } from '../../src/base/executors.ts';
import { type PipelineInput, workflowIds } from '../../src/contract/workflows.ts';
import type { DutyStep } from '../../src/domain/daemon/work.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { heldJobMsMin } from '../../src/domain/limits.ts';
import { ledger, tidying } from './activities.ts';
import { startChildOnce, syncStart } from './children.ts';
import { failureOf } from './failure-of.ts';
import { stopGraceMs } from './limits.ts';
import { notify, pauseSignal, wakeSignal } from './signals.ts';

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
  'end-strays': async ({ node }) => {
    try {
      await endStrays(node);
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('the jobs that nothing owns were not ended on the node; they stay until the next look', { node, why: sentenceOf(failureOf(error)) });
    }
  },
};

export const carryOutDutySteps = async (steps: readonly DutyStep[]): Promise<void> => {
  for (const step of steps) await carryOut(executors, step);
};

async function endStrays(node: NodeId): Promise<void> {
  const held = await tidying.heldJobs({ node, ageMs: heldJobMsMin });
  if (held.length === 0) return;
  const { jobs } = await ledger.ownerlessJobs({ node, jobs: held });
  for (const { job, because } of jobs) {
    await tidying.stopJob({ node, job, graceMs: stopGraceMs });
    await ledger.noteReaped({ job, node, because });
  }
}
