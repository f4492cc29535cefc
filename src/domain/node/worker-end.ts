import { lastLinesIn } from '../failure/stderr.ts';

const shellSignalBase = 128;

/** Returns how a worker ended, for people. `status` is an exit status as a shell has it, `-` when it was not recorded, or `silent`. */
export function sayWorkerEnd(status: string, log: string): string {
  const lines = lastLinesIn(log);
  return `${exitOf(status)}; ${lines.length === 0 ? 'its log is empty' : `the end of its log: ${lines.join(' | ')}`}`;
}

function exitOf(status: string): string {
  if (status === 'silent') return 'it hangs';
  if (status === '-') return 'its exit was not recorded, so it was killed together with its shell, or the machine was restarted';
  const code = Number(status);
  return code > shellSignalBase ? `signal ${code - shellSignalBase} ended it` : `it exited with ${code}`;
}
