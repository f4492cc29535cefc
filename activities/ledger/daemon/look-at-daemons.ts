import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { signals, workflowIds } from '../../../src/contract/workflows.ts';
import type { DaemonHealth } from '../../../src/domain/daemon/daemon.ts';
import { roundMs } from '../../../src/domain/daemon/work.ts';
import { lookLimits } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { NewestRun } from '../event/newest-run.ts';
import { Sleeper } from '../event/sleeper.ts';
import type { Rounds } from './rounds.ts';

type Look = (...input: [...Parameters<LedgerActivities['lookAtDaemons']>, signal?: AbortSignal]) => ReturnType<LedgerActivities['lookAtDaemons']>;

/**
 * Looks, for `maxMs`, at the daemons that run and rest, each in its interval (`src/domain/daemon/look.ts`). A look that finds nothing new is recorded like a
 * round, together with the others of its second. Any other look wakes the workflow of the daemon. A new call ends the call before.
 */
export function lookAtDaemons(
  { ledgers: { resources }, workflows, now, stopping }: Pick<LedgerDependencies, 'ledgers' | 'workflows' | 'now' | 'stopping'>,
  rounds: Rounds,
): Look {
  const newest = new NewestRun();
  const lookUntil = async (end: AbortSignal) => {
    const sleeper = new Sleeper(end);
    const looks = new Looks();
    const lookAt = async (daemon: string): Promise<void> => {
      if (resources.daemons.of(daemon).record?.state !== 'running') return;
      const worked = await rounds.look(daemon, roundMs);
      if (worked === undefined) await workflows.signal(workflowIds.daemon(daemon), signals.wake, undefined);
      looks.ended(daemon, worked && { ...worked.health, atMs: now() });
    };
    while (!end.aborted && looks.failures.length === 0) {
      // A look that hangs keeps no other look waiting.
      for (const daemon of rounds.takeDue()) void lookAt(daemon).catch((error: unknown) => looks.failures.push(error));
      await sleeper.sleep(lookLimits.tickMs);
      resources.daemons.noteRounds(looks.takeSame());
    }
    if (looks.failures.length > 0) throw looks.failures[0];
    return { looks: looks.same, wakes: looks.wakes };
  };
  return ({ maxMs }, signal) => newest.run(maxMs, [signal, stopping], lookUntil);
}

/** The ends of the looks. */
class Looks {
  same = 0;
  wakes = 0;
  readonly failures: unknown[] = [];
  #unsaid: (readonly [daemon: string, health: DaemonHealth])[] = [];

  /** `health` is absent when the workflow of the daemon was woken. */
  ended(daemon: string, health: DaemonHealth | undefined): void {
    if (health === undefined) this.wakes += 1;
    else {
      this.same += 1;
      this.#unsaid.push([daemon, health]);
    }
  }

  /** Returns the daemons for which nothing was new, with what their duties said, and forgets them. */
  takeSame = () => this.#unsaid.splice(0);
}
