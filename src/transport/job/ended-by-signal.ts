import { constants } from 'node:os';

/**
 * What dash, busybox and bash write to standard error when a signal ended the program that they ran. They write nothing for INT and PIPE. The status of
 * such a program is 128 + the signal, as of a program that exits with this number by itself.
 */
const words = {
  SIGHUP: 'Hangup',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception|Arithmetic exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
} as const satisfies Partial<Record<NodeJS.Signals, string>>;

/** Returns the signal that ended a program, and the program's own standard error. Returns undefined when the program exited by itself. */
export function endedBySignal(code: number | null, stderr: string): { readonly signal: string; readonly stderr: string } | undefined {
  if (code === null || code <= 128) return undefined;
  for (const [signal, said] of Object.entries(words)) {
    if (constants.signals[signal as NodeJS.Signals] !== code - 128) continue;
    const [line] = new RegExp(`(?:^|(?<=\\n))(?:.*: line \\d+: +\\d+ )?(?:${said})(?: \\(core dumped\\))?(?: +"\\$@")?\\n?$`).exec(stderr) ?? [];
    return line === undefined ? undefined : { signal, stderr: stderr.slice(0, -line.length) };
  }
  return undefined;
}
