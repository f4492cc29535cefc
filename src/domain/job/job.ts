import type { JobRef } from '../ids.ts';

export interface StartedJob {
  readonly pid: number;
  /** The start time of the process, in clock ticks after boot: field 22 of /proc/pid/stat. */
  readonly startTicks: number;
  readonly bootId: string;
  /** True when the job's folder already existed, because this start repeats an earlier start. */
  readonly adopted: boolean;
}

/** A job whose folder has been on a node for a while. */
export interface OldJob extends JobRef {
  /** True when a process of the job lives. */
  readonly isHeld: boolean;
}

/** The signals with which a process can be asked to end. */
export const stopSignals = ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'KILL'] as const;

/** How a process is ended: by this signal, and by KILL when it lives on after the grace. */
export interface StopWay {
  readonly signal: (typeof stopSignals)[number];
  readonly graceMs: number;
}

export type LogStream = 'stdout' | 'stderr';

/** The last part of each stream of a job that has ended. */
export type JobLogs = Readonly<Record<LogStream, string>>;

/** The result of one look at one job. */
export interface JobObservation {
  readonly job: JobRef;
  readonly atMs: number;
  readonly phase: 'absent' | 'running' | 'ended';
  /** The exit status that the supervisor recorded: 0..255, 128 + n for signal n. Absent when the supervisor died without a record. */
  readonly exitCode?: number;
  /** The reason why the node ended the job. Absent when the node did not end it. */
  readonly ended?: 'self-fence' | 'stopped';
  readonly bootId: string;
  /** The time since the node's boot, at the look. No step of a clock changes it. */
  readonly upMs?: number;
  readonly stdoutBytes: number;
  /**
   * Size of all files below the job's output folder while the job runs; 0 afterwards. Growth shows that the job still makes progress. Absent when
   * this look did not count the files: the files of a job with very many files are not counted on each look.
   */
  readonly outputBytes?: number;
  /**
   * The complete lines of stdout that no earlier look returned. The lines of one part follow each other. Text between two parts was left out, because
   * too much was new.
   */
  readonly parts: readonly (readonly string[])[];
  /** The position in stdout behind the last line of `parts`. The next look begins there. */
  readonly readTo: number;
  /** Present for a job that has ended. */
  readonly logs?: JobLogs;
  /** The last line of `parts`, cut to 2,000 characters. Empty when there is no new line. */
  readonly lastLine: string;
}

/** A file that a job wrote into its output folder. */
export interface OutputFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files of a job that are not listed by name: their number, their size, and a digest of their list. */
export interface UnlistedFiles {
  readonly files: number;
  readonly bytes: number;
  /** The sha256 of the lines `<sha256>  <path>`, in the order of the manifest. */
  readonly sha256: string;
}

export interface OutputManifest {
  readonly v: 1;
  readonly files: readonly OutputFile[];
  /** What `files` leaves out. Absent when `files` has every file of the manifest. */
  readonly unlisted?: UnlistedFiles;
  /** Small facts about the job, such as numbers and strings: at most 64 KiB of JSON. */
  readonly result: Readonly<Record<string, unknown>>;
}
