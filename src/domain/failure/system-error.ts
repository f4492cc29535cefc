/**
 * The one table of the errors of the system that programs report. An error has a name (Node prints it, and sets it as `error.code`), a number (rsync,
 * Python and Rust print it in every language) and words. The words are those of the C libraries that nodes have: glibc, musl (Alpine, busybox) and BSD.
 * Every program of ours runs with LC_ALL=C, so the words are English. Only a job's own program can print others.
 */
export type SystemError = 'disk-full' | 'permission' | 'unreachable' | 'no-program' | 'missing';

interface Signs {
  readonly names: readonly string[];
  /** The numbers on Linux, and on BSD and macOS where they differ. */
  readonly numbers: readonly number[];
  readonly words: readonly RegExp[];
}

/** The order decides when a text shows several errors. A full disk comes first, because it often breaks a connection as well. */
const table: Readonly<Record<SystemError, Signs>> = {
  'disk-full': {
    names: ['ENOSPC', 'EDQUOT'],
    numbers: [28, 122, 69],
    words: [
      /No space left on device/i, // glibc, musl, BSD
      /Dis[ck] quota exceeded/i, // glibc "Disk quota exceeded", BSD "Disc quota exceeded"
      /: Quota exceeded$/m, // musl; a service on the network says "Quota exceeded for …" about its own limits
      /\b(?:echo|printf): (?:write error: )?I\/O error/, // the builtins of dash say no more
    ],
  },
  permission: {
    names: ['EACCES', 'EPERM', 'EROFS'],
    numbers: [13, 1, 30],
    words: [/Permission denied(?! \()/i, /Operation not permitted/i, /Read-only file ?system/i], // ssh's own "Permission denied (publickey)" is no error of a file
  },
  unreachable: {
    names: ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
    numbers: [],
    words: [
      /Connection refused/i,
      /(?:Connection|Operation) timed out/i, // glibc, and musl or BSD
      /No route to host|Host is unreachable/i, // glibc or BSD, and musl
      /Network (?:is )?unreachable/i, // glibc or BSD, and musl
      /Could not resolve hostname|Name or service not known|nodename nor servname|Name does not resolve|Temporary failure in name resolution/i,
    ],
  },
  'no-program': {
    names: [],
    numbers: [],
    words: [
      /(?:^|[\s/:'"‘`])[\w.+-]+: (?:command |applet )?not found/m, // sh of Debian, bash, busybox, ksh
      /command not found: [\w.+-]+/i, // zsh
      /Unknown command:? ['"]?[\w.+-]+|[\w.+-]+: Command not found/i, // fish, tcsh
      /failed to run command|can't execute|env: .*: No such file or directory/i, // GNU env and timeout, busybox
    ],
  },
  missing: {
    names: ['ENOENT', 'ENOTDIR'],
    numbers: [2, 20],
    words: [/No such file or directory/i, /file has vanished|vanished before/i, /Not a directory/i],
  },
};

export const systemErrors = Object.keys(table) as readonly SystemError[];

/**
 * `[Errno 28]` is Python's form, `(os error 28)` Rust's, and `rsync: … No space left on device (28)` rsync's. Only a line of rsync itself may end with a bare
 * number, because a job prints such numbers about anything.
 */
const numberIn = /\[Errno (\d+)\]|\(os error (\d+)\)|^rsync: [^\n]*\((\d+)\)\s*$/gm;

const numbersOf = (text: string): readonly number[] => [...text.matchAll(numberIn)].map((match) => Number(match[1] ?? match[2] ?? match[3]));

/** Returns the error with this name, such as Node's `error.code`. */
export const errorOfName = (name: string): SystemError | undefined => systemErrors.find((error) => table[error].names.includes(name));

/** Returns the error that a program reported in a text, or undefined. Names and numbers come before words. */
export function errorInText(text: string): SystemError | undefined {
  const numbers = numbersOf(text);
  const byCode = systemErrors.find(
    (error) =>
      table[error].names.some((name) => new RegExp(`\\b${name}\\b`).test(text)) || table[error].numbers.some((number) => numbers.includes(number)),
  );
  return byCode ?? systemErrors.find((error) => table[error].words.some((words) => words.test(text)));
}

/** Returns whether a name could not be resolved because no name server answers: glibc and BSD, and musl. */
export const isTemporary = (text: string): boolean => /Temporary failure in name resolution|Try again/i.test(text);

/** Returns the program that is missing on a machine, when a shell says so. */
export const missingProgramIn = (text: string): string | undefined =>
  /(?:command not found:|Unknown command:?) ['"]?([\w.+-]+)/i.exec(text)?.[1] ??
  /([\w.+-]+): (?:command |Command |applet )?not found/.exec(text)?.[1];
