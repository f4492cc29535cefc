/** Tests the table of the system's errors with the words of each C library and each shell that nodes have. */
import { describe, expect, test } from 'vitest';
import type { SystemError } from '../../../src/domain/failure/program-words.ts';
import { errorInText, errorOfName, missingProgramIn } from '../../../src/domain/failure/system-error.ts';

const said: Readonly<Record<SystemError, readonly string[]>> = {
  'disk-full': [
    "cp: error writing 'x': No space left on device", // glibc, GNU
    'cp: write error: No space left on device', // musl, busybox
    'cp: x: No space left on device', // BSD
    'tar: x: Wrote only 4096 of 10240 bytes: Disk quota exceeded', // glibc
    'cat: write error: Quota exceeded', // musl
    'cp: x: Disc quota exceeded', // BSD
    "Error: ENOSPC: no space left on device, open 'x'", // Node
    "OSError: [Errno 28] Kein Speicherplatz mehr verfügbar: 'x'", // Python in German
    'thread main panicked: Plus de place (os error 28)', // Rust in French
    'rsync: [receiver] write failed on "/x": Auf dem Gerät ist kein Speicherplatz mehr verfügbar (28)', // rsync in German
    'sh: 1: echo: echo: I/O error', // dash
    'sh: printf: write error: No space left on device', // bash
  ],
  permission: [
    "mkdir: cannot create directory 'x': Permission denied",
    "mkdir: can't create directory 'x': Permission denied", // busybox
    'rsync: [generator] mkdir "/x" failed: Keine Berechtigung (13)',
    "chown: changing ownership of 'x': Operation not permitted",
    'touch: x: Read-only file system', // glibc, BSD
    "Error: EROFS: read-only file system, open 'x'",
    'sh: 1: cannot create x: Permission denied',
  ],
  unreachable: [
    'ssh: connect to host a port 22: Connection refused',
    'ssh: connect to host a port 22: Connection timed out', // glibc
    'ssh: connect to host a port 22: Operation timed out', // musl, BSD
    'ssh: connect to host a port 22: No route to host', // glibc, BSD
    'ssh: connect to host a port 22: Host is unreachable', // musl
    'ssh: connect to host a port 22: Network is unreachable',
    'ssh: connect to host a port 22: Network unreachable', // musl
    'ssh: Could not resolve hostname a: Name or service not known', // glibc
    'ssh: Could not resolve hostname a: Name does not resolve', // musl
    'ssh: Could not resolve hostname a: nodename nor servname provided, or not known', // BSD
  ],
  'no-program': [
    'sh: 1: rsync: not found', // dash
    'bash: line 1: rsync: command not found',
    'bash: rsync: command not found',
    'sh: rsync: not found', // busybox
    'zsh:1: command not found: rsync',
    'fish: Unknown command: rsync',
    'rsync: Command not found.', // tcsh
    "env: 'rsync': No such file or directory", // GNU
    "timeout: failed to run command 'rsync': No such file or directory",
    "env: can't execute 'rsync': No such file or directory", // busybox
  ],
  missing: [
    'cat: x: No such file or directory',
    "cat: can't open 'x': No such file or directory", // busybox
    'rsync: [sender] link_stat "/x" failed: Datei oder Verzeichnis nicht gefunden (2)',
    "Error: ENOENT: no such file or directory, open 'x'",
    'file has vanished: "/x"',
    'cat: x/y: Not a directory',
  ],
};

describe.each(Object.entries(said))('%s', (error, texts) => {
  test.each(texts)('%j', (text) => {
    expect(errorInText(text)).toBe(error);
  });
});

test('a text that names no error of the system is none, and neither is the refusal of a key by ssh', () => {
  const texts = [
    '',
    'done',
    'user@a: Permission denied (publickey,password).',
    'loss 0.28',
    'took 3 s (2)',
    'score: 12 (28 games)',
    'found: 3 of 28',
    'shard 4: mean loss (28)',
    'data.py:12: UserWarning: rows that were dropped (122)',
    'test_batch: failures (69)',
    'google.api_core.exceptions.ResourceExhausted: 429 Quota exceeded for quota metric gpus',
    'HTTPError: API quota exceeded, try again tomorrow',
  ];
  expect(texts.map(errorInText)).toEqual(texts.map(() => undefined));
});

test('a full disk comes before what it causes, and an error that Node names needs no text', () => {
  expect(errorInText('rsync: write failed on "x": No space left on device (28)\nrsync: connection unexpectedly closed')).toBe('disk-full');
  expect(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT', 'ECONNREFUSED', 'EIO'].map(errorOfName)).toEqual([
    'disk-full',
    'disk-full',
    'permission',
    'permission',
    'missing',
    'unreachable',
    undefined,
  ]);
});

test('the program that is missing has a name in the words of each shell', () => {
  expect(said['no-program'].slice(0, 7).map(missingProgramIn)).toEqual(Array.from({ length: 7 }, () => 'rsync'));
});
