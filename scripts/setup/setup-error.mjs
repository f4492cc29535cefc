/** A failure that a person can act on: "Cannot X because Y; try W". Anything else keeps its stack. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
