import type { JobRef } from '../ids.ts';

export interface StartedJob {
  readonly pid: number;
  /** The start time of the process, in clock ticks after boot: field 22 of /proc/pid/stat. */
  readonly startTicks: number;
  readonly bootId: string;
  /** True when the job's folder already existed, because this start repeats an earlier start. */
  readonly adopted: boolean;
}

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
  readonly stdoutBytes: number;
  /** Size of all files below the job's output folder while the job runs; 0 afterwards. Growth shows that the job still makes progress. */
  readonly outputBytes: number;
  /** The last complete line of stdout, cut to 2,000 characters. */
  readonly lastLine: string;
}

/** A file that a job wrote into its output folder. */
export interface OutputFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface OutputManifest {
  readonly v: 1;
  readonly files: readonly OutputFile[];
  /** Small facts about the job, such as numbers and strings: at most 64 KiB of JSON. */
  readonly result: Readonly<Record<string, unknown>>;
}
