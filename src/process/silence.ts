/**
 * Decides whether a process is silent: it lives, and shows no sign of work. A process that is stopped (SIGSTOP), that hangs, or whose event loop is
 * blocked looks alive to the kernel.
 *
 * A beat is any text that changes while the process works, for example the time of the last change of a file that the process touches. Only a change
 * counts, and never the age of the beat by the clock of the machine, so a step of that clock makes no process silent. Time between two looks counts up
 * to `lookMsMax`. A watcher that was itself stopped, or whose machine slept, therefore does not blame the processes that it watches.
 */
export interface Silence {
  readonly beat: string | undefined;
  readonly silentMs: number;
}

export const noSilence: Silence = { beat: undefined, silentMs: 0 };

/** Returns for how long a signal (SIGSTOP) has stopped a process, after a look. Time between two looks counts up to `lookMsMax`, as for a silence. */
export const nextStop = (beforeMs: number, isStopped: boolean, passedMs: number, lookMsMax: number): number =>
  isStopped ? beforeMs + Math.min(passedMs, lookMsMax) : 0;

/** Returns the silence after a look. A process that has never beaten cannot be judged, so it is not silent. */
export function nextSilence(before: Silence, beat: string | undefined, passedMs: number, lookMsMax: number): Silence {
  if (beat === undefined && before.beat === undefined) return noSilence;
  if (beat !== undefined && beat !== before.beat) return { beat, silentMs: 0 };
  return { beat: before.beat, silentMs: before.silentMs + Math.min(passedMs, lookMsMax) };
}
