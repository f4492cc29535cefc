/**
 * A command daemon: a program of the user on a node. The program is started, watched and ended like that of a job, with the same fence, lock and mark. So
 * it outlives every process of ours, and the next work adopts it.
 *
 *   work:  the ledger opens a process, or names the one that is open → start on the node, or adopt → watch until there is news
 *   halt:  end the process on its node → the ledger closes it
 *
 * A process is closed only after its node has said that nothing of it is left. So no second process starts while the first may live.
 */
import { patched } from '@temporalio/workflow';
import type { ProcessHealth } from '../../src/contract/activity/daemon.ts';
import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { freshHealth, type HealthMemory, runsOn } from '../../src/domain/daemon/health.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { given } from '../../src/base/given.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { ledger, NodeRoutes } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { processStepMs } from '../isolate/limits.ts';
import { patches } from '../isolate/patches.ts';
import type { DaemonExecutor, Work, WorkEnd } from './executor.ts';

interface Memory {
  readonly process: DaemonProcess;
  readonly started: StartedJob;
  readonly health: HealthMemory;
  readonly known?: ProcessHealth;
}

export const process: DaemonExecutor = {
  work: async (work) => {
    const { row, memory, isFirst, startsPlainly } = work;
    if (!isFirst && memory !== undefined) return watched(row, memory as Memory, false);
    const standing = await started(work);
    if (isFirst && startsPlainly && standing.process.health === undefined) return begunProcess(standing.process, standing.started);
    // The change from `starting` is recorded with the health, so the first health is recorded once.
    return watched(row, standing, isFirst && startsPlainly);
  },
  halt: async ({ id }) => {
    const { process: held } = await ledger.heldProcess({ daemon: id });
    if (held !== undefined) await end(held);
  },
};

/** Returns what the first work of a daemon found whose process runs and has no health check. */
export function begunProcess(held: DaemonProcess, begun: StartedJob): Worked {
  const known = runsOn(held.node);
  return workedWith(known, { process: held, started: begun, health: freshHealth(false), known });
}

const workedWith = (known: ProcessHealth, memory: Memory): Worked => {
  const { process: held, started: begun } = memory;
  return { health: { ...known, details: { node: held.node, pid: begun.pid, start: held.job.epoch } }, memory, steps: [], restMs: 0 };
};

const routesOf = ({ node, residentRoute, stop }: DaemonProcess): NodeRoutes => new NodeRoutes(node, residentRoute, processStepMs + 2 * stop.graceMs);

/** Starts the open process, or adopts it. A process with another declaration than the row's is ended first. */
async function started({ row, isFirst, recordWith }: Work): Promise<Memory> {
  const declaration = row.process?.declaration ?? '';
  let open = await recordWith((reported) => ledger.openProcess({ daemon: row.id, declaration, ...given({ reported }) }));
  if (open.declaration !== declaration) {
    await end(open);
    open = await ledger.openProcess({ daemon: row.id, declaration });
  }
  const { job, node, spec, stop } = open;
  try {
    const begun = await routesOf(open).launch({ job, node, spec, stop });
    // A lost workflow knows nothing of the health, but its process was ready.
    return { process: open, started: begun, health: freshHealth(!isFirst) };
  } catch (error) {
    const { code, fields } = failureOf(error);
    // The ledger is a restored copy: the node knows a later process of the daemon. That process is ended, and the next start takes a higher number.
    if (code === 'job.epoch-refused') await end({ ...open, job: { ...job, epoch: Math.max(job.epoch, Number(fields['fence'] ?? 0)) } });
    if (code === 'job.other-spec') await end(open);
    throw error;
  }
}

/** Ends the process on its node, and closes it. A node that left the cluster file cannot be asked. */
async function end(held: DaemonProcess): Promise<void> {
  const { daemon, node, job, stop } = held;
  try {
    await routesOf(held).short((to) => to.stopJob({ node, job, graceMs: stop.graceMs }));
  } catch (error) {
    if (failureOf(error).code !== 'node.unknown') throw error;
  }
  await ledger.closeProcess({ daemon, epoch: job.epoch });
}

async function watched({ id, intervalMs }: DaemonRow, standing: Memory, isRecorded: boolean): Promise<WorkEnd> {
  const { process: watchedOne, started: begun, health, known } = standing;
  const input = { process: watchedOne, started: begun, health, ...given({ known }), maxMs: intervalMs };
  const news = await routesOf(watchedOne).watch((to) => to.watchProcess(input));
  switch (news.type) {
    case 'exited': {
      const atMs = Date.now();
      // The program may have left processes behind.
      await end(watchedOne);
      return { exit: news.exit, ...(patched(patches.exitTime) ? { atMs } : {}) };
    }
    case 'hangs':
      throw failWith(hangs(watchedOne, news.because));
    case 'news': {
      const worked = workedWith(news.known, { ...standing, health: news.health, known: news.known });
      if (!isRecorded) await ledger.noteRound({ daemon: id, health: worked.health });
      return worked;
    }
  }
}

const hangs = ({ daemon, node }: DaemonProcess, because: string) =>
  failureRecord('daemon.hangs', {
    cannot: `keep ${daemon} running on ${node}`,
    because,
    hint: { say: 'its log', run: `ringmaster daemon logs ${daemon}` },
    fields: { daemon, node },
  });
