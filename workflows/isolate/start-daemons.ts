/**
 * Starts the workflows of daemons, all at the same time. The first rounds of daemons that have never run are one activity, the first processes of command daemons
 * are one activity for each node, and what follows from them is one activity. So the workflow of such a daemon begins with a daemon that runs, and costs the
 * server a start, one task, and a timer or a watch.
 */
import { isCancellation, log, patched } from '@temporalio/workflow';
import { type DaemonInput, workflowIds } from '../../src/contract/workflows.ts';
import { type Daemon, type DaemonRow, isActive, type ReportedDaemon, transitionOf } from '../../src/domain/daemon/daemon.ts';
import { afterLoss, afterNews, newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import type { ManagerStep } from '../../src/domain/daemon/manager.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { formOf } from '../executor/executors.ts';
import { firstRounds, ledger } from './activities.ts';
import { beginProcesses } from './begin-processes.ts';
import { startChildOnce } from './children.ts';
import { patches } from './patches.ts';

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
  const startOne = async (
    { daemon: id, row }: DaemonStart,
    self: Daemon,
    input: Omit<DaemonInput, 'v' | 'row' | 'daemon' | 'isLookedAt' | 'startsPlainly'>,
  ) => {
    const start = { id: workflowIds.daemon(id), summary: row.summary, attributes: { DaemonType: id, LifecycleState: self.state } };
    const isStarted = await startChildOnce<DaemonInput>('daemon', start, {
      v: 1,
      row,
      daemon: self,
      ...input,
      isLookedAt: true,
      startsPlainly: true,
    });
    if (isStarted && records[id] === undefined) isNew.add(id);
    return isStarted;
  };
  const startPlainly = async (start: DaemonStart): Promise<void> => {
    const { daemon: id, row, missing, wish } = start;
    const known = records[id];
    const self = known === undefined ? newDaemon(wish, missing) : afterLoss(known, { record: lost(id) }, missing, row, Date.now());
    await startOne(start, self, { unsaid: known === undefined || known.seq === self.seq ? [] : [transitionOf(id, known, self)] });
  };
  /** Returns the daemon when it runs since its start. */
  const startWith = async (first: First, worked: Worked | undefined, isRecorded: boolean): Promise<readonly ReportedDaemon[]> => {
    const { start, record, changes } = first;
    if (worked === undefined) {
      await startOne(start, record, { unsaid: isRecorded ? [] : changes });
      return [];
    }
    const self = afterNews(record, { type: 'worked', health: worked.health }, start.row, Date.now());
    const unsaid = [transitionOf(start.daemon, record, self)];
    const isStarted = await startOne(start, self, { unsaid, memory: worked.memory, hasBegun: true });
    return isStarted ? [{ daemon: start.daemon, record: self, changes: unsaid }] : [];
  };
  const firsts = withRounds ? starts.flatMap((start) => (records[start.daemon] === undefined ? firstOf(start) : [])) : [];
  const plain = starts.filter(({ daemon }) => !firsts.some((first) => first.daemon === daemon));
  const startFirsts = async (form: FirstForm): Promise<void> => {
    const some = firsts.filter(({ start }) => formOf(start.row) === form);
    if (some.length === 0) return;
    const worked = await begin(form, some);
    const running = (await Promise.all(some.map((first) => startWith(first, worked?.[first.daemon], worked !== undefined)))).flat();
    begun.push(...running);
    // A daemon that gets a message records its state itself.
    if (running.length > 0 && !(await areRecorded(running))) for (const { daemon } of running) isNew.delete(daemon);
  };
  await Promise.all([...plain.map(startPlainly), startFirsts('round'), startFirsts('process')]);
  return { isNew, begun };
}

/** The forms of work that the manager begins. */
type FirstForm = 'round' | 'process';

/** A daemon that has never run and may start. */
interface First extends ReportedDaemon {
  readonly start: DaemonStart;
}

function firstOf(start: DaemonStart): readonly First[] {
  const { daemon, row, missing, wish } = start;
  const fresh = newDaemon(wish, missing);
  const record = afterNews(fresh, { type: 'time' }, row, Date.now());
  const isBegun = isActive(record) && (formOf(row) === 'round' || (formOf(row) === 'process' && patched(patches.firstProcesses)));
  return isBegun ? [{ start, daemon, record, changes: [transitionOf(daemon, fresh, record)] }] : [];
}

/** Returns undefined when the ledger did not record the starts. The workflow of each daemon then does its own first work, and shows what is wrong. */
async function begin(form: FirstForm, firsts: readonly First[]): Promise<Readonly<Record<string, Worked>> | undefined> {
  const reported = firsts.map(({ daemon, record, changes }) => ({ daemon, record, changes }));
  try {
    if (form === 'round') return (await firstRounds.beginRounds({ daemons: reported })).worked;
    const declarationOf = new Map(firsts.map(({ daemon, start }) => [daemon, start.row.process?.declaration ?? '']));
    return await beginProcesses(reported.map((one) => ({ ...one, declaration: declarationOf.get(one.daemon) ?? '' })));
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the first work of the daemons was not done together', { form, error: String(error) });
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
