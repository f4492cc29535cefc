import { constants } from 'node:os';
import { signalWords } from '../../domain/failure/program-words.ts';

/** Returns the signal that ended a program, and the program's own standard error. Returns undefined when the program exited by itself. */
export function endedBySignal(code: number | null, stderr: string): { readonly signal: string; readonly stderr: string } | undefined {
  if (code === null || code <= 128) return undefined;
  for (const [signal, said] of Object.entries(signalWords)) {
    if (constants.signals[signal as NodeJS.Signals] !== code - 128) continue;
    const [line] = new RegExp(`(?:^|(?<=\\n))(?:.*: line \\d+: +\\d+ )?(?:${said})(?: \\(core dumped\\))?(?: +"\\$@")?\\n?$`).exec(stderr) ?? [];
    return line === undefined ? undefined : { signal, stderr: stderr.slice(0, -line.length) };
  }
  return undefined;
}
