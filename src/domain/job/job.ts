import type { JobRef } from '../ids.ts';

export interface StartedJob {
  readonly pid: number;
  /** Field 22 of /proc/pid/stat: clock ticks after boot. */
  readonly startTicks: number;
  readonly bootId: string;
  /** True when the job's folder was there already: this start repeats an earlier one. */
  readonly adopted: boolean;
}

/** One look at one job. Sizes are in bytes. */
export interface JobObservation {
  readonly job: JobRef;
  readonly atMs: number;
  readonly phase: 'absent' | 'running' | 'ended';
  /** The exit status that the supervisor recorded: 0..255, 128 + n for signal n. Absent when the supervisor died without a record. */
  readonly exitCode?: number;
  /** Why the node ended the job, if the node did. */
  readonly ended?: 'self-fence' | 'stopped';
  readonly bootId: string;
  readonly stdoutBytes: number;
  /** Size of all files below the job's output folder while the job runs, else 0. Growth shows that the job still works. */
  readonly outputBytes: number;
  /** Last complete line of stdout, at most 2,000 characters. */
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
  /** Small numbers and strings about the job; at most 64 KiB of JSON. */
  readonly result: Readonly<Record<string, unknown>>;
}
