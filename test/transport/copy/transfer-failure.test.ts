/** Tests that the failure of a transfer rests on rsync's exit code and on the number of the system's error, in any language of the node. */
import { expect, test } from 'vitest';
import { copyFailure, transferFailure } from '../../../src/transport/copy/transfer-failure.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';

test.each([
  ['rsync', 11, 'rsync: [receiver] write failed on "/x": Kein Platz (28)\nrsync error: Fehler (code 11)', 'sync.disk-full'],
  ['rsync', 12, 'rsync: write failed on "/x": Kein Platz (28)\nrsync: connection unexpectedly closed', 'sync.disk-full'],
  ['rsync', 11, 'rsync: mkstemp "/x" failed: Keine Berechtigung (13)', 'sync.permission'],
  ['rsync', 23, 'rsync: [generator] recv_generator: mkdir "/x" failed: Nur-Lese-Dateisystem (30)', 'sync.permission'],
  ['rsync', 23, 'rsync: [sender] link_stat "/x" failed: Datei nicht gefunden (2)', 'sync.source-missing'],
  ['rsync', 23, 'rsync error: some files/attrs were not transferred', 'sync.interrupted'],
  ['rsync', 24, 'rsync warning: einige Dateien sind verschwunden', 'sync.source-missing'],
  ['rsync', 30, 'rsync error: Zeitüberschreitung', 'sync.interrupted'],
  ['rsync', 35, '', 'sync.interrupted'],
  ['rsync', 20, 'rsync error: received SIGINT', 'sync.interrupted'],
  ['rsync', 10, '', 'sync.interrupted'],
  ['rsync', 12, 'rsync: connection unexpectedly closed (0 bytes received so far) [sender]', 'sync.interrupted'],
  ['rsync', 12, 'bash: rsync: command not found\nrsync: connection unexpectedly closed', 'transport.no-shell-tool'],
  ['rsync', 127, '', 'transport.no-shell-tool'],
  ['rsync', 255, 'ssh: connect to host a port 22: Connection refused\nrsync: connection unexpectedly closed', 'transport.unreachable'],
  ['rsync', 255, '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'transport.host-key-changed'],
  [
    'rsync',
    255,
    'No ED25519 host key is known for a and you have requested strict checking.\nHost key verification failed.',
    'transport.host-key-unknown',
  ],
  ['sh', 1, 'a@b: Permission denied (publickey).', 'transport.authentication'],
  ['sh', 1, 'tar: x: Cannot open: Permission denied', 'sync.permission'],
  ['sh', 1, "tar: can't open 'x': Permission denied", 'sync.permission'],
  ['sh', 1, 'tar: x: Cannot write: No space left on device', 'sync.disk-full'],
  ['sh', 1, '', 'sync.interrupted'],
  ['rsync', 24, 'file has vanished: "/srv/Connection refused.log"', 'sync.source-missing'],
  ['rsync', 23, 'rsync: [receiver] mkstemp "/nfs/x" failed: Connection timed out (110)', 'sync.interrupted'],
  ['rsync', 12, 'ssh: connect to host a port 22: Connection refused', 'transport.unreachable'],
  ['ssh', 255, 'ssh: connect to host a port 22: No route to host', 'transport.unreachable'],
  ['sh', 1, 'cat: /nfs/x: Connection timed out', 'sync.interrupted'],
] as const)('%s with %i and %j is %s', (program, code, stderr, failure) => {
  expect(transferFailure({ node: 'a' }, program, code, null, stderr).code).toBe(failure);
});

test('a transfer that the login refuses names the command by which a person logs in', () => {
  expect(transferFailure({ node: 'a', echoOk: 'ssh a echo ok' }, 'rsync', 255, null, 'a@b: Permission denied (publickey).').hint).toEqual({
    say: 'mending what this command names, until it prints ok',
    run: 'ssh a echo ok',
  });
  expect(transferFailure({ node: 'a' }, 'rsync', 255, null, 'a@b: Permission denied (publickey).').hint).toEqual({
    say: 'mending what this command names, until it prints "nothing to put right"',
    run: 'ringmaster doctor',
  });
});

test('the code of an error of Node decides, and not its message', () => {
  const failed = (code: string): unknown => copyFailure('a', Object.assign(new Error('Übertragung gescheitert'), { code }));
  expect(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT'].map((code) => (failed(code) as RingmasterError).code)).toEqual([
    'sync.disk-full',
    'sync.disk-full',
    'sync.permission',
    'sync.permission',
    'sync.source-missing',
  ]);
  expect(failed('EIO')).not.toBeInstanceOf(RingmasterError);
});
