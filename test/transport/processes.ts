/** The machine's processes as /proc has them; what we may not read is empty. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export interface SeenProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly words: readonly string[];
  /** Value of RINGMASTER_MARK. */
  readonly mark: string;
}

const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Read anew each time: a practice user's number may be another's a moment after it was removed. */
const userNames = (): ReadonlyMap<string, string> =>
  new Map(
    text('/etc/passwd')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid = '']) => [uid, name]),
  );

export const processes = (): readonly SeenProcess[] => {
  const names = userNames();
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const state = text(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    if (state.length < 2 || state[0] === 'Z') return [];
    const mark =
      text(`/proc/${name}/environ`)
        .split('\0')
        .find((entry) => entry.startsWith('RINGMASTER_MARK='))
        ?.slice('RINGMASTER_MARK='.length) ?? '';
    try {
      return [
        {
          pid: Number(name),
          ppid: Number(state[1]),
          user: names.get(String(statSync(`/proc/${name}`).uid)) ?? '',
          words: text(`/proc/${name}/cmdline`)
            .split('\0')
            .filter((word) => word !== ''),
          mark,
        },
      ];
    } catch {
      return []; // It has just ended.
    }
  });
};

export const isAlive = (pid: number): boolean => processes().some((one) => one.pid === pid);

/** KILLs what is chosen until nothing is left. */
export async function endProcesses(chosen: (one: SeenProcess) => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const left = processes().filter(chosen);
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended by itself.
      }
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Processes whose folder's path ends so, marked or not. */
export const processesIn = (folder: string): readonly number[] =>
  processes().flatMap(({ pid }) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).endsWith(folder) ? [pid] : [];
    } catch {
      return []; // Gone meanwhile, or somebody else's.
    }
  });
