export interface TemporalWords {
  /** The command line before `temporal`: options of Ringmaster. */
  readonly before: readonly string[];
  /** The words after `temporal`. They belong to the Temporal CLI, whatever they look like. */
  readonly args: readonly string[];
}

/**
 * Splits a command line at the verb `temporal`. Returns undefined for every other verb. Commander would read options after the verb, such as
 * `--help` and `--state`, as options of Ringmaster.
 */
export function temporalWords(argv: readonly string[]): TemporalWords | undefined {
  let at = 0;
  while (argv[at]?.startsWith('-') === true) at += argv[at] === '--state' ? 2 : 1;
  return argv[at] === 'temporal' ? { before: argv.slice(0, at), args: argv.slice(at + 1) } : undefined;
}
