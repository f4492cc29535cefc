import type { JobRef } from '../ids.ts';

export interface StartedJob {
  readonly pid: number;
  /** Field 22 of /proc/pid/stat: clock ticks after boot. */
  readonly startTicks: number;
  readonly bootId: string;
  /** True when the folder was there already: a repeat of the same start. */
  readonly adopted: boolean;
}

/** What a watcher sees of one job at one moment. Sizes in bytes. */
export interface JobObservation {
  readonly job: JobRef;
  readonly atMs: number;
  readonly phase: 'absent' | 'running' | 'ended';
  /** Set when ended and the supervisor shell recorded it: 0..255, 128 + n for signal n. Absent when it died without a record. */
  readonly exitCode?: number;
  /** Why the shim on the node ended it, if it did. */
  readonly ended?: 'self-fence' | 'stopped';
  readonly bootId: string;
  readonly stdoutBytes: number;
  /** Of all files below its output folder while it runs, 0 when it does not: it tells that something still happens. */
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
