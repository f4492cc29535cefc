/**
 * Starts the workflows of daemons, all at the same time. The first rounds of daemons that have never run are one activity, and what follows from them is one
 * activity. So the workflow of such a daemon begins with a daemon that runs, and costs the server a start, one task and a timer.
 */
import { isCancellation, log } from '@temporalio/workflow';
import { type DaemonInput, workflowIds } from '../../src/contract/workflows.ts';
import { type Daemon, type DaemonRow, isActive, type ReportedDaemon, transitionOf } from '../../src/domain/daemon/daemon.ts';
import { afterLoss, afterNews, newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import type { ManagerStep } from '../../src/domain/daemon/manager.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { formOf } from '../executor/executors.ts';
import { firstRounds, ledger } from './activities.ts';
import { startChildOnce } from './children.ts';

export type DaemonStart = Extract<ManagerStep, { readonly type: 'start' }> & { readonly row: DaemonRow };

export interface DaemonsStarted {
  /** The daemons whose workflows have begun with all that the manager knows. */
  readonly isNew: ReadonlySet<string>;
  /** The daemons that run since their start. */
  readonly begun: readonly ReportedDaemon[];
}

/** `withRounds` is false in a run of the manager that an older release began. Throws when a start fails. */
export async function startDaemons(starts: readonly DaemonStart[], withRounds: boolean): Promise<DaemonsStarted> {
  const isNew = new Set<string>();
  const begun: ReportedDaemon[] = [];
  if (starts.length === 0) return { isNew, begun };
  const { records } = await ledger.readDaemons({ daemons: starts.map(({ daemon }) => daemon) });
  const startOne = async ({ daemon: id, row }: DaemonStart, self: Daemon, input: Omit<DaemonInput, 'v' | 'row' | 'daemon' | 'isLookedAt'>) => {
    const start = { id: workflowIds.daemon(id), summary: row.summary, attributes: { DaemonType: id, LifecycleState: self.state } };
    const isStarted = await startChildOnce<DaemonInput>('daemon', start, { v: 1, row, daemon: self, ...input, isLookedAt: true });
    if (isStarted && records[id] === undefined) isNew.add(id);
    return isStarted;
  };
  const startPlainly = async (start: DaemonStart): Promise<void> => {
    const { daemon: id, row, missing, wish } = start;
    const known = records[id];
    const self = known === undefined ? newDaemon(wish, missing) : afterLoss(known, { record: lost(id) }, missing, row, Date.now());
    await startOne(start, self, { unsaid: known === undefined || known.seq === self.seq ? [] : [transitionOf(id, known, self)] });
  };
  const startWith = async (first: First, worked: Worked | undefined, isRecorded: boolean): Promise<void> => {
    const { start, record, changes } = first;
    if (worked === undefined) {
      await startOne(start, record, { unsaid: isRecorded ? [] : changes });
      return;
    }
    const self = afterNews(record, { type: 'worked', health: worked.health }, start.row, Date.now());
    const unsaid = [transitionOf(start.daemon, record, self)];
    if (await startOne(start, self, { unsaid, memory: worked.memory, hasBegun: true }))
      begun.push({ daemon: start.daemon, record: self, changes: unsaid });
  };
  const firsts = withRounds ? starts.flatMap((start) => (records[start.daemon] === undefined ? firstOf(start) : [])) : [];
  const plain = starts.filter(({ daemon }) => !firsts.some((first) => first.daemon === daemon));
  const startFirsts = async (): Promise<void> => {
    const worked = await beginRounds(firsts);
    await Promise.all(firsts.map((first) => startWith(first, worked?.[first.daemon], worked !== undefined)));
    // A daemon that gets a message records its state itself.
    if (begun.length > 0 && !(await areRecorded(begun))) for (const { daemon } of begun) isNew.delete(daemon);
  };
  await Promise.all([...plain.map(startPlainly), ...(firsts.length > 0 ? [startFirsts()] : [])]);
  return { isNew, begun };
}

/** A daemon that works in rounds, has never run, and may start. */
interface First extends ReportedDaemon {
  readonly start: DaemonStart;
}

function firstOf(start: DaemonStart): readonly First[] {
  const { daemon, row, missing, wish } = start;
  const fresh = newDaemon(wish, missing);
  const record = afterNews(fresh, { type: 'time' }, row, Date.now());
  return formOf(row) === 'round' && isActive(record) ? [{ start, daemon, record, changes: [transitionOf(daemon, fresh, record)] }] : [];
}

/** Returns undefined when the ledger did not do the rounds. The workflow of each daemon then does its own, and shows what is wrong. */
async function beginRounds(firsts: readonly First[]): Promise<Readonly<Record<string, Worked>> | undefined> {
  try {
    const { worked } = await firstRounds.beginRounds({ daemons: firsts.map(({ daemon, record, changes }) => ({ daemon, record, changes })) });
    return worked;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the first rounds of the daemons were not done together', { error: String(error) });
    return undefined;
  }
}

/** Returns false when the ledger cannot be written. */
async function areRecorded(daemons: readonly ReportedDaemon[]): Promise<boolean> {
  try {
    await firstRounds.recordDaemons({ daemons });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the states of the daemons were not recorded together', { error: String(error) });
    return false;
  }
}

const lost = (id: string) =>
  failureRecord('daemon.lost', {
    cannot: `go on with ${id}`,
    because: 'its workflow was ended by a person, or the database of the server was lost',
    hint: { say: 'nothing: it is started again' },
    fields: { daemon: id },
  });
