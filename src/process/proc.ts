/** Reads /proc, where Linux shows its processes. A process that has ended, or whose file another user owns, reads as absent. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
}

export const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);

export function processStat(pid: number): ProcessStat | undefined {
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses. It may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), session: Number(fields[3]), startTicks: Number(fields[19]) };
}

/** Returns the words of the command line, or no words for a process that has ended. */
export const commandOf = (pid: number): readonly string[] => (readProc(`${pid}/cmdline`) ?? '').split('\0').slice(0, -1);

/** Returns the environment that the process was started with, or an empty map when the process belongs to another user. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const text = readProc(`${pid}/environ`) ?? '';
  return new Map(
    text.split('\0').flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const] : [])),
  );
}

/** Returns one variable of the environment that the process was started with. Costs a quarter of `environmentOf`. */
export function variableOf(pid: number, name: string): string | undefined {
  const text = `\0${readProc(`${pid}/environ`) ?? ''}`;
  const at = text.lastIndexOf(`\0${name}=`);
  if (at < 0) return undefined;
  const from = at + name.length + 2;
  const end = text.indexOf('\0', from);
  return text.slice(from, end < 0 ? undefined : end);
}

/** Returns the real user id of a process, which a process without rights cannot change, or undefined for a process that has ended. */
export function realUserOf(pid: number): number | undefined {
  const found = /^Uid:\t(\d+)/m.exec(readProc(`${pid}/status`) ?? '');
  return found === null ? undefined : Number(found[1]);
}

/** Returns the text of a file below /proc. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Returns the target of a link below /proc (`<pid>/cwd`, `<pid>/fd/3`). */
export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}
