/**
 * `daemon/<ID>`: carries out the lifecycle of one daemon. `src/domain/daemon/lifecycle.ts` decides its state, `next-move.ts` beside it what the workflow
 * does next, and the executor of the row does the work (`workflows/executor/`). The manager sends the daemon the dependencies that do not run, and the
 * wish of the operator. The daemon reports each change of its state to the manager and to the ledger. Only this workflow restarts the daemon.
 */
import { CancellationScope, continueAsNew, patched, setHandler } from '@temporalio/workflow';
import { executorFor, type Executors } from '../../src/base/executors.ts';
import { upgradeState } from '../../src/contract/carried-state.ts';
import type { DaemonInput } from '../../src/contract/workflows.ts';
import { isActive } from '../../src/domain/daemon/daemon.ts';
import type { DaemonMove } from '../../src/domain/daemon/next-move.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import type { Work } from '../executor/executor.ts';
import { executors, failedWork, formOf } from '../executor/executors.ts';
import { setDetails } from '../isolate/details.ts';
import { endOfRun } from '../isolate/end-of-run.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { restAfterErrorMs } from '../isolate/limits.ts';
import { LiveDaemon } from '../isolate/live-daemon.ts';
import { patches } from '../isolate/patches.ts';
import { grantRestartSignal, orderSignal, tellSignal, wakeSignal } from '../isolate/signals.ts';

export async function daemon(carried: DaemonInput): Promise<void> {
  const live = new LiveDaemon(upgradeState('daemon', carried));
  takeMessages(live);
  live.keepSaying();
  const moves = movesOf(live);
  for (let move = nextOf(live); move.type !== 'retire'; move = nextOf(live)) {
    if (endOfRun(() => live.isSaying)()) {
      live.end();
      await continueAsNew<typeof daemon>(live.carried());
    }
    if ((await executorFor(moves, move)) === false) live.isWoken = isActive(live.daemon);
  }
  await live.untilRecorded();
}

function nextOf(live: LiveDaemon): DaemonMove {
  live.hear({ type: 'time' });
  return live.next();
}

function takeMessages(live: LiveDaemon): void {
  setHandler(wakeSignal, () => void (live.isWoken = true), { description: 'Do a round of the duty now' });
  setHandler(tellSignal, (told) => live.take(told), { description: 'The manager says which dependencies do not run, and what is wished' });
  setHandler(orderSignal, ({ verb, by, reason }) => live.hear({ type: verb, by, reason }), {
    description: 'An operator restarts or resets the daemon',
  });
  setHandler(grantRestartSignal, ({ seq }) => live.hear({ type: 'granted', seq }), { description: 'The manager lets the daemon restart' });
}

/** Each move returns false when its time is over and nothing has happened. */
const movesOf = (live: LiveDaemon): Executors<Exclude<DaemonMove, { readonly type: 'retire' }>, unknown> => ({
  work: async () => {
    live.isWoken = false;
    const { row, memory, daemon: self, startsPlainly } = live;
    const work: Work = {
      row,
      memory,
      isFirst: self.state === 'starting',
      failures: self.restarts,
      startsPlainly,
      recordWith: live.recordWith.bind(live),
    };
    try {
      const end = await live.work(() => executors[formOf(row)].work(work));
      if (end === 'interrupted') return;
      if ('exit' in end) {
        live.hear({ type: 'exited', exit: end.exit }, end.atMs);
        return;
      }
      live.worked(end, formOf(row));
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      const failure = failedWork(error);
      live.hear({ type: 'failed', failure, ...(failure.kind === 'gone' && !patched(patches.lostWork) ? { countsLost: true } : {}) });
    }
  },
  halt: async () => {
    try {
      await executors[formOf(live.row)].halt(live.row);
      live.hear({ type: 'ended' });
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      const { id } = live.row;
      setDetails(`${id} is ${live.daemon.state}, and its process is not ended yet`, { failure: sentenceOf(failureOf(error)) });
      await live.untilNews(restAfterErrorMs, 'until its process is ended again');
    }
  },
  rest: ({ forMs, summary }) => live.untilNews(forMs, summary),
});
