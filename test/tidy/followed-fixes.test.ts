/**
 * The list of the tests that follow the fix of a failure to the letter. Each code of a refused machine, copy, worker or cluster file has a row, and the
 * compiler asks for the row of a new code. A test of the file must have the code, read the hint and execute something (`followsHint`).
 */
import { expect, test } from 'vitest';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import { readRepositoryFile } from '../support/repository.ts';
import { followsHint, type FoundTest, testsIn } from '../support/tests-in.ts';

type Refusal = Extract<FailureCode, `${'transport' | 'sync' | 'worker' | 'config'}.${string}`>;

const ssh = (name: string): string => `test/transport/ssh/${name}.test.ts`;
const copy = (name: string): string => `test/transport/copy/${name}.test.ts`;

const followed: Readonly<Record<Refusal, readonly string[]>> = {
  'transport.unreachable': [ssh('again-fixes'), ssh('refusal-fixes')],
  'transport.unknown-host': [ssh('refusal-fixes')],
  'transport.connection-lost': [ssh('again-fixes')],
  'transport.cancelled': [copy('interrupted')],
  'transport.busy': [ssh('again-fixes'), ssh('session-fixes'), ssh('login-fixes')],
  'transport.timeout': [ssh('session-fixes'), ssh('login-fixes')],
  'transport.host-key-unknown': [ssh('refusal-fixes')],
  'transport.host-key-changed': [ssh('refusal-fixes')],
  'transport.authentication': [ssh('refusal-fixes'), ssh('offered-keys')],
  'transport.no-shell': [ssh('login-fixes'), copy('copy-fixes')],
  'transport.ssh-config': [ssh('refusal-fixes')],
  'transport.ssh-option': [ssh('session-fixes')],
  'transport.no-shell-tool': ['test/transport/missing-programs.test.ts'],
  'transport.command': ['test/transport/folder-fixes.test.ts'],
  'sync.disk-full': [copy('unwritable')],
  'sync.interrupted': [copy('interrupted')],
  'sync.corrupt': [copy('corrupt')],
  'sync.source-missing': [copy('copy-fixes')],
  'sync.permission': [copy('copy-fixes')],
  'sync.tree-refused': [copy('tree-fixes'), copy('copy-fixes')],
  'sync.source-changing': [copy('copy-fixes')],
  'worker.no-node': ['test/transport/worker/ensure-worker.test.ts'],
  'worker.old-node': ['test/transport/worker/ensure-worker.test.ts'],
  'worker.platform': ['test/transport/worker/ensure-worker.test.ts'],
  'worker.tunnel-refused': ['test/transport/worker/ensure-worker.test.ts'],
  'worker.tunnel-full': ['test/transport/ssh/link/forward.test.ts'],
  'worker.tunnel-exposed': ['test/transport/worker/ensure-worker.test.ts'],
  'worker.tunnel-key': ['test/launcher/ensure-key.test.ts'],
  'worker.server-unreachable': ['test/transport/worker/ensure-worker.test.ts'],
  'config.invalid': ['test/config/fixes.test.ts'],
  'config.require-key': ['test/launcher/key-fixes.test.ts'],
  'config.root-local': ['test/launcher/refuse-root-local.test.ts'],
  'config.state-place': ['test/launcher/state-place.test.ts'],
  'config.state-folder': ['test/config/state-folder.test.ts'],
};

/** A fault of a cluster file has its fix behind "try", and its code is that of the whole file. */
const inFaults = ['config.invalid', 'config.state-folder'];

test.each(Object.entries(followed).flatMap(([code, files]) => files.map((file) => [code, file])))('the fix of %s is followed in %s', (code, file) => {
  const tests = testsIn(readRepositoryFile(file)).filter(followsHint);
  const isAbout = inFaults.includes(code)
    ? (one: FoundTest) => one.names.has('faultsOf')
    : (one: FoundTest) => one.strings.some((text) => text.includes(code));
  expect(tests.filter(isAbout)).not.toEqual([]);
});
