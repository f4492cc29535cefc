import { isDaemonItem } from '../../domain/daemon/daemon-item.ts';
import type { JobRef, NodeId } from '../../domain/ids.ts';
import { jobKey } from '../../domain/ids.ts';
import { isOpenState } from '../../domain/item/work-item.ts';
import type { OldJob } from '../../domain/job/job.ts';
import { queuedNamesMax } from '../../domain/limits.ts';
import { causeOfNext, publish, rememberCause } from '../event/publish.ts';
import type { ResourceState } from '../node/resource-state.ts';
import type { ClosedJobs } from './closed-jobs.ts';
import type { WorkQueue } from './work-queue.ts';

interface Ledgers {
  readonly queue: WorkQueue;
  readonly tasks: ClosedJobs;
  readonly resources: Pick<ResourceState, 'daemonProcesses'>;
}

/**
 * Returns those of a node's old jobs whose folders may go: no ledger knows them, and no process holds them. A restore of an older copy forgets the jobs
 * of the time after the copy. A job of which a process lives is left to its workflow, if it has one, and to the operator. The event about jobs that no
 * ledger knows names each of them once.
 */
export function strayJobs({ queue, tasks, resources }: Ledgers, node: NodeId, jobs: readonly OldJob[], nowMs: number): readonly JobRef[] {
  const strays = jobs.filter(({ item, epoch }) => {
    const row = queue.row(item);
    const isOpen = (row?.epoch === epoch && isOpenState(row.state)) || resources.daemonProcesses.isOpen({ item, epoch });
    return !isOpen && !tasks.has({ item, epoch });
  });
  // An earlier process of a command daemon has ended, and is no news.
  const news = strays.filter(({ item, isHeld }) => isHeld || !isDaemonItem(item));
  publishStrays(queue, node, news, nowMs);
  return strays.flatMap(({ item, epoch, isHeld }) => (isHeld ? [] : [{ item, epoch }]));
}

function publishStrays({ ledger }: WorkQueue, node: NodeId, strays: readonly OldJob[], nowMs: number): void {
  const story = (job: OldJob): string => `stray ${node} ${jobKey(job)}`;
  const fresh = strays.filter((job) => causeOfNext(ledger, story(job)) === undefined);
  if (fresh.length === 0) return;
  ledger.write(`note the stray jobs of ${node}`, () => {
    const named = (some: readonly OldJob[]): readonly string[] => some.slice(0, queuedNamesMax).map(jobKey);
    const running = fresh.filter(({ isHeld }) => isHeld);
    const payload = { node, count: fresh.length, jobs: named(fresh), running: named(running) };
    const event = publish(ledger, 'STRAY_JOBS_FOUND', payload, { atMs: nowMs, actor: 'ledger' });
    for (const job of fresh) rememberCause(ledger, story(job), event);
  });
}
