/**
 * Starts the processes of command daemons that have never run, all of a node by one activity. A process is open in the ledger before it starts, as every process
 * is (`workflows/executor/process.ts`). A process that does not start here is started by the workflow of its daemon, which alone judges a failure.
 */
import { isCancellation, log } from '@temporalio/workflow';
import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import type { ReportedDaemon } from '../../src/domain/daemon/daemon.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { begunProcess } from '../executor/process.ts';
import { firstRounds, NodeRoutes } from './activities.ts';
import { startTogetherMax, startTogetherMs } from './limits.ts';

type Beginning = ReportedDaemon & { readonly declaration: string };

/** Returns what the first work of each daemon found whose process runs. Throws when the ledger does not record that the daemons start. */
export async function beginProcesses(daemons: readonly Beginning[]): Promise<Readonly<Record<string, Worked>>> {
  const opened = await Promise.all(inParts(daemons).map((part) => firstRounds.beginProcesses({ daemons: part })));
  const processes = opened.flatMap((one) => one.processes);
  const hasWorker = (node: NodeId): boolean => opened.some(({ withWorker }) => withWorker?.includes(node) ?? true);
  const nodes = [...new Set(processes.map(({ node }) => node))];
  const parts = nodes.flatMap((node) => inParts(processes.filter((one) => one.node === node)));
  const begun = await Promise.all(parts.map((part) => startPart(part, hasWorker)));
  return Object.assign({}, ...begun);
}

/** A worker that was not seen yet is not waited for: the gateway starts the processes. */
async function startPart(processes: readonly DaemonProcess[], hasWorker: (node: NodeId) => boolean): Promise<Readonly<Record<string, Worked>>> {
  const [first] = processes;
  if (first === undefined) return {};
  const { node, residentRoute } = first;
  let started: Readonly<Record<string, StartedJob>> = {};
  try {
    ({ started } = await new NodeRoutes(node, residentRoute && hasWorker(node), startTogetherMs).short((to) =>
      to.startProcesses({ node, processes }),
    ));
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the processes of the daemons were not started together', { node, error: String(error) });
  }
  const begun = processes.flatMap((process) => {
    const one = started[process.daemon];
    return one === undefined ? [] : [[process.daemon, begunProcess(process, one)] as const];
  });
  return Object.fromEntries(begun);
}

const inParts = <One>(all: readonly One[]): readonly (readonly One[])[] =>
  Array.from({ length: Math.ceil(all.length / startTogetherMax) }, (_, k) => all.slice(k * startTogetherMax, (k + 1) * startTogetherMax));
