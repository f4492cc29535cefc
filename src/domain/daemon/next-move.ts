/** Decides what the workflow of a daemon does next. `lifecycle.ts` decides the state; this file only reads it. */
import { given } from '../../base/given.ts';
import { type Daemon, type DaemonRow, isActive } from './daemon.ts';
import { mustHalt, restOf } from './lifecycle.ts';

export interface DaemonStanding {
  readonly daemon: Daemon;
  readonly row: Pick<DaemonRow, 'process'>;
  /** True when the duty has something to do. */
  readonly isWoken: boolean;
  /** The time until the next round of a daemon that works. */
  readonly restMs: number;
}

export type DaemonMove =
  /** Do the work until it has news. */
  | { readonly type: 'work' }
  /** End what interrupted work may have left. */
  | { readonly type: 'halt' }
  /** Wait for news. With `forMs`, the end of the wait is news too. */
  | { readonly type: 'rest'; readonly forMs?: number; readonly summary: string }
  /** End the workflow. */
  | { readonly type: 'retire' };

export function nextMove({ daemon, row, isWoken, restMs }: DaemonStanding, nowMs: number): DaemonMove {
  if (isActive(daemon)) return isWoken ? { type: 'work' } : rest(restMs, 'until the next round');
  if (daemon.state === 'stopping' || mustHalt(daemon)) return { type: 'halt' };
  if (daemon.state === 'stopped' && row.process?.isRetired === true) return { type: 'retire' };
  return rest(restOf(daemon, nowMs), 'before the restart');
}

/** A wait of zero would end before it begins. */
const rest = (forMs: number | undefined, summary: string): DaemonMove => ({
  type: 'rest',
  summary,
  ...given({ forMs: forMs === undefined ? undefined : Math.max(1, forMs) }),
});
