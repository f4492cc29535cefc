/** A failure that a person can act on: "Cannot X because Y; try W". The set-up prints only its message; other errors keep their stack. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
