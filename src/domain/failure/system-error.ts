import { noNameServerWords, notFoundWords, type SystemError, systemErrorNumbers, systemErrorWords } from './program-words.ts';

/**
 * The table of the errors of the system that programs report. An error has a name (Node prints it, and sets it as `error.code`), a number (rsync,
 * Python and Rust print it in every language) and words (`program-words.ts`).
 */
interface Signs {
  readonly names: readonly string[];
  /** The numbers on Linux, and on BSD and macOS where they differ. */
  readonly numbers: readonly number[];
}

/** The order decides when a text shows several errors. A full disk comes first, because it often breaks a connection as well. */
const table: Readonly<Record<SystemError, Signs>> = {
  'disk-full': {
    names: ['ENOSPC', 'EDQUOT'],
    numbers: [28, 122, 69],
  },
  permission: {
    names: ['EACCES', 'EPERM', 'EROFS'],
    numbers: [13, 1, 30],
  },
  unreachable: {
    names: ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
    numbers: [],
  },
  'no-program': {
    names: [],
    numbers: [],
  },
  missing: {
    names: ['ENOENT', 'ENOTDIR'],
    numbers: [2, 20],
  },
};

export const systemErrors = Object.keys(table) as readonly SystemError[];

const numbersOf = (text: string): readonly number[] =>
  [...text.matchAll(systemErrorNumbers)].map((match) => Number(match[1] ?? match[2] ?? match[3]));

/** The exit statuses by which a shell, `env` and `xargs` report that a program cannot be run, or that there is no program of its name. */
export const programStatus = { notRun: 126, notFound: 127 } as const;

/** Returns the error with this name, such as Node's `error.code`. */
export const errorOfName = (name: string): SystemError | undefined => systemErrors.find((error) => table[error].names.includes(name));

/** Returns the error that a program reported in a text, or undefined. Names and numbers come before words. */
export function errorInText(text: string): SystemError | undefined {
  const numbers = numbersOf(text);
  const byCode = systemErrors.find(
    (error) =>
      table[error].names.some((name) => new RegExp(`\\b${name}\\b`).test(text)) || table[error].numbers.some((number) => numbers.includes(number)),
  );
  return byCode ?? systemErrors.find((error) => systemErrorWords[error].some((words) => words.test(text)));
}

/** Returns whether a name could not be resolved because no name server answers. */
export const isTemporary = (text: string): boolean => noNameServerWords.test(text);

/** Returns the program that is missing on a machine, without its folder, when a shell says so. */
export function missingProgramIn(text: string): string | undefined {
  const path = notFoundWords.map((words) => words.exec(text)?.[1]).find((found) => found !== undefined);
  return path?.split('/').at(-1);
}
