import type { FailureCode } from '../../domain/failure/table.ts';

/** All exit codes. `docs/cli.md` shows the same table, and a test compares the two tables. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done, or shown' },
  failure: { code: 1, meaning: 'it was tried and failed' },
  usage: { code: 2, meaning: 'the command line, or a file it names, is not valid; nothing was changed' },
  setUp: { code: 3, meaning: 'something must be set up first: a program, a permission, a key, a free port' },
  notFound: { code: 4, meaning: 'there is nothing with this id' },
  notRunning: { code: 5, meaning: 'the cluster is not running' },
  degraded: { code: 6, meaning: 'an answer that is late, old or incomplete, or none within the time limit' },
  interrupted: { code: 130, meaning: 'ended by Ctrl-C or SIGTERM' },
} as const;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName]['code'];
export const exitCode = (name: ExitName): ExitCode => exitCodes[name].code;

const byFailure: Readonly<Partial<Record<FailureCode, ExitName>>> = {
  'config.invalid': 'usage',
  'config.state-folder': 'usage',
  'config.state-place': 'usage',
  'config.require-key': 'usage',
  'worker.tunnel-key': 'usage',
  'limits.setting-too-large': 'usage',
  'limits.item-too-large': 'usage',
  'limits.payload-too-large': 'usage',
  'queue.unknown-item': 'notFound',
  'node.unknown': 'notFound',
  'event.unknown-subscriber': 'notFound',
  'event.no-dead-letter': 'notFound',
  'event.bad-range': 'usage',
  'daemon.unknown': 'notFound',
  'http.not-found': 'notFound',
  'http.bad-request': 'usage',
  'http.forbidden-host': 'setUp',
  'setup.addon': 'setUp',
  'server.unavailable': 'notRunning',
  'server.stopping': 'setUp',
  'server.port-busy': 'setUp',
  'server.foreign-namespace': 'setUp',
  'server.not-found': 'setUp',
  'server.database': 'setUp',
  'temporal.key-missing': 'usage',
  'sync.permission': 'setUp',
  'sync.tree-refused': 'setUp',
  'transport.timeout': 'degraded',
  'transport.busy': 'degraded',
  'transport.host-key-unknown': 'setUp',
  'transport.host-key-changed': 'setUp',
  'transport.authentication': 'setUp',
  'transport.no-shell-tool': 'setUp',
  'ledger.newer-schema': 'setUp',
  'ledger.in-use': 'setUp',
  'ledger.no-backup': 'notFound',
  'ledger.restore-unfinished': 'setUp',
};

/** Returns the name of the exit code for a failure. A failure code that is not in the table above gets the exit code of a plain failure. */
export const exitNameFor = (failureCode: FailureCode): ExitName => byFailure[failureCode] ?? 'failure';
