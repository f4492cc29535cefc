/** The parts of a log, for a reader that follows it. */

/** The text of a log behind a position. */
export interface LogText {
  readonly text: string;
  /** The position of the end of the text, in all that was written to the log. The next part begins there. */
  readonly end: number;
  /** The bytes before the text that were not sent, because there were too many, or because the node does not have them any more. */
  readonly missed: number;
}

/** A part of the log of a try, or of a process of a command daemon. */
export interface LogPart extends LogText {
  /** The number of the try or process. */
  readonly start: number;
  /** The number of the newest process of the command daemon. A job has only its own number. */
  readonly newest: number;
  /** True when nothing more follows: the job has closed. */
  readonly isOver: boolean;
}
