/**
 * Decides about the looks at daemons that work in rounds. One activity of the ledger looks at all of them, each in its interval: it does the round and
 * carries no step out. A look that finds nothing new is written to the read model, and costs the workflow of the daemon nothing. Any other look wakes the
 * workflow, and the workflow does the round itself. So only the workflow acts, and only it decides the state.
 *
 * | the last round                                              | the workflow of the daemon rests for              |
 * |-------------------------------------------------------------|---------------------------------------------------|
 * | asked for the next round                                    | the time that it asked for                        |
 * | left the daemon running, with nothing to be forgiven        | `ownRoundMs`, because the ledger looks meanwhile  |
 * | any other                                                   | the interval of the daemon                        |
 */
import { type Daemon, delaysOf } from './daemon.ts';
import type { Worked } from './work.ts';

/** A daemon that the ledger looks at does a round of its own after this time. A look that failed to wake it is then made good. */
export const ownRoundMs = 3_600_000;
/** A look comes this long after the interval. So a daemon that does its rounds by itself is not looked at as well. */
export const lookSlackMs = 3_000;

/** The end of the last round of a daemon, as far as a look compares it. */
export interface LastRound {
  readonly healthy: boolean;
  /** The memory as JSON. */
  readonly memory: string;
}

export const lastRoundOf = ({ health: { healthy }, memory }: Pick<Worked, 'health' | 'memory'>): LastRound => ({
  healthy,
  memory: JSON.stringify(memory) ?? '',
});

/** Returns true when the workflow of the daemon must do the round that the look did. */
export function isNews(look: Worked, last: LastRound): boolean {
  const { healthy, memory } = lastRoundOf(look);
  return look.steps.length > 0 || look.restMs !== undefined || healthy !== last.healthy || memory !== last.memory;
}

/** Returns how long the workflow of a daemon that the ledger looks at rests after a round. `askedMs` is the time that the round asked for. */
export function restOfLooked(daemon: Pick<Daemon, 'state' | 'restarts' | 'losses'>, intervalMs: number, askedMs: number | undefined): number {
  if (askedMs !== undefined) return Math.min(intervalMs, askedMs);
  return daemon.state === 'running' && delaysOf(daemon) === 0 ? Math.max(intervalMs, ownRoundMs) : intervalMs;
}
