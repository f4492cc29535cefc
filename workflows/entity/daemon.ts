/**
 * `daemon/<ID>`: carries out the lifecycle of one daemon (`src/domain/daemon/lifecycle.ts`) and does the rounds of its duty. The manager sends the
 * daemon the dependencies that do not run, and the wish of the operator. The daemon reports each change of its state to the manager and to the ledger. Only
 * this workflow restarts the daemon.
 */
import { CancellationScope, condition, continueAsNew, isCancellation, log, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type DaemonInput, workflowIds } from '../../src/contract/workflows.ts';
import { type Daemon, type DaemonTransition, isActive, transitionOf } from '../../src/domain/daemon/daemon.ts';
import { afterNews, type DaemonNews, restOf } from '../../src/domain/daemon/lifecycle.ts';
import { given } from '../../src/base/given.ts';
import { failedWork, work } from '../isolate/duty.ts';
import { ledger } from '../isolate/activities.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { daemonHistoryEventsMax, restAfterErrorMs, unsaidChangesMax } from '../isolate/limits.ts';
import { daemonReportedSignal, grantRestartSignal, notify, orderSignal, tellSignal, wakeSignal } from '../isolate/signals.ts';

export async function daemon(carried: DaemonInput): Promise<never> {
  const input = upgradeState('daemon', carried);
  let { row, daemon: self, memory } = input;
  let unsaid: readonly DaemonTransition[] = input.unsaid ?? [];
  let scope: CancellationScope | undefined;
  /** True when the duty has something to do. */
  let woken = true;
  let restMs = row.intervalMs;
  /** True when the manager must learn the state, although it may not have changed. */
  let mustReport = true;

  const hear = (news: DaemonNews): void => {
    const before = self;
    self = afterNews(before, news, row, Date.now());
    if (self.seq !== before.seq) {
      unsaid = [...unsaid, transitionOf(row.id, before, self)].slice(-unsaidChangesMax);
      mustReport = true;
      if (self.state === 'starting') woken = true;
    }
    if (!isActive(self)) scope?.cancel();
  };
  setHandler(wakeSignal, () => void (woken = true), { description: 'Do a round of the duty now' });
  setHandler(
    tellSignal,
    ({ row: newest, missing, wish }) => {
      row = newest;
      mustReport = true;
      hear({ type: 'dependencies', missing });
      if (wish.wish !== self.wish.wish) hear({ type: wish.wish === 'running' ? 'start' : 'stop', by: wish.by, reason: wish.reason });
    },
    { description: 'The manager says which dependencies do not run, and what is wished' },
  );
  setHandler(orderSignal, ({ verb, by, reason }) => hear({ type: verb, by, reason }), { description: 'An operator restarts or resets the daemon' });
  setHandler(grantRestartSignal, ({ seq }) => hear({ type: 'granted', seq }), { description: 'The manager lets the daemon restart' });

  /** Keeps the ledger up to date. The daemon goes on meanwhile, also when the ledger cannot be written. */
  const keepRecord = async (): Promise<void> => {
    for (;;) {
      await condition(() => unsaid.length > 0);
      const changes = unsaid;
      try {
        await ledger.recordDaemon({ daemon: row.id, record: self, changes });
        unsaid = unsaid.filter((one) => !changes.includes(one));
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.error('the state of the daemon was not recorded', { daemon: row.id, error: String(error) });
        await condition(() => false, restAfterErrorMs);
      }
    }
  };
  /** Reports each change of the state to the manager at once, also while a round is under way: a round of a stream takes minutes. */
  const keepReport = async (): Promise<void> => {
    for (;;) {
      await condition(() => mustReport);
      mustReport = false;
      setAttributes({ DaemonType: row.id, LifecycleState: self.state });
      show(row.id, self);
      await notify(workflowIds.daemonManager, daemonReportedSignal, { daemon: row.id, report: { state: self.state, seq: self.seq } });
    }
  };
  for (const keep of [keepRecord, keepReport]) {
    keep().catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }

  for (;;) {
    hear({ type: 'time' });
    const isFull = workflowInfo().historyLength > daemonHistoryEventsMax || workflowInfo().continueAsNewSuggested;
    if (isFull) await continueAsNew<typeof daemon>({ v: 1, row, daemon: self, memory, ...given({ unsaid: unsaid.length > 0 ? unsaid : undefined }) });
    if (isActive(self) && woken) {
      woken = false;
      scope = new CancellationScope();
      try {
        const worked = await scope.run(() => work(row, memory, self.state === 'starting'));
        memory = worked.memory;
        restMs = Math.min(row.intervalMs, worked.restMs ?? row.intervalMs);
        if (restMs === 0) woken = true;
        hear({ type: 'worked', health: worked.health });
        show(row.id, self);
      } catch (error) {
        if (CancellationScope.current().consideredCancelled) throw error;
        hear(scope.consideredCancelled ? { type: 'ended' } : { type: 'failed', failure: failedWork(error) });
      } finally {
        scope = undefined;
      }
      continue;
    }
    // Work that was interrupted has ended, because the loop does one thing at a time.
    if (self.state === 'stopping') hear({ type: 'ended' });
    const waitMs = isActive(self) ? restMs : restOf(self, Date.now());
    const before = self;
    // A wake-up that comes while the daemon does not work is kept until it does.
    const isNews = (): boolean => self !== before || (woken && isActive(self));
    if (waitMs === undefined) await condition(isNews);
    else if (!(await condition(isNews, Math.max(1, waitMs), { summary: isActive(self) ? 'until the next round' : 'before the restart' })))
      woken = isActive(self);
  }
}

function show(id: string, { state, because, restarts, health, wish }: Daemon): void {
  setDetails(`${id} is ${state}: ${because}`, { ...health?.details, restarts, 'wished by': `${wish.by} (${wish.reason})` });
}
