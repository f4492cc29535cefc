/** How much of the stdout and stderr of each job is kept. `logs` in the cluster file sets the limits. */
export interface LogLimits {
  /** The node keeps at most this many bytes of the stdout of a job: the first and the last part. The middle of a longer output is dropped. */
  readonly stdoutBytesMax: number;
  readonly stderrBytesMax: number;
  /** This many bytes from the end of stdout, and from the end of stderr, come home when the job ends. */
  readonly homeBytesMax: number;
}

/** The limits when the cluster file sets none. 64 MiB hold a million lines of progress. The last 4 KiB hold a traceback of fifty lines. */
export const logLimitsDefault: LogLimits = { stdoutBytesMax: 64 * 1024 ** 2, stderrBytesMax: 64 * 1024 ** 2, homeBytesMax: 4 * 1024 };
