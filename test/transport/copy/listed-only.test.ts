/** Tests that a pull keeps exactly what the dataset had when it was listed, although rsync walks the dataset itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import { keepWanted } from '../../../src/transport/copy/verify-pulled.ts';
import { manifestOf } from '../../../src/transport/copy/tree-manifest.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';

const temporary = ownTemporaryFolder();
let folder: string;
let to: string;
beforeEach(() => {
  folder = mkdtempSync(join(temporary, 'node-'));
  to = join(mkdtempSync(join(temporary, 'home-')), 'replica');
});
const machine = () => openMachine({ node: 'here' as NodeId, owner: ownerNamed('listed'), folder, connect: { type: 'local' } });
const write = (path: string, text: string): void => {
  mkdirSync(join(folder, 'datasets/d', path, '..'), { recursive: true });
  writeFileSync(join(folder, 'datasets/d', path), text);
};

/** Puts a program with the name of rsync before the real one, which runs at the end of the given text. */
function beforeRsync(text: string, after = ''): void {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  const rsync = execFileSync('which', ['rsync'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'rsync'), `#!/bin/sh\n${text}\n${rsync} "$@" || exit\n${after}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
}

test('what comes between the list and the copy is not in the version, and neither are its folders', async () => {
  await machine().probe();
  write('a/one', '1');
  write('.hidden/two', '2');
  beforeRsync(
    `cd '${folder}/datasets/d' && mkdir -p late/deep a/late && echo x | tee late/deep/file a/late/file a/.half .hidden/.half late.txt >/dev/null`,
  );
  try {
    expect(await machine().copy({ type: 'pull-tree', dataset: 'd', to })).toMatchObject({ files: 2, changed: true, method: 'rsync' });
  } finally {
    vi.unstubAllEnvs();
  }
  expect(readdirSync(join(to, 'current'), { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(['.hidden', '.hidden/two', 'a', 'a/one']);
  expect(existsSync(join(folder, 'datasets/d/late/deep/file'))).toBe(true);
});

test('a hidden file that is whole is pulled', async () => {
  await machine().probe();
  write('.settings', 'old');
  write('a', '1');
  execFileSync('touch', ['-d', '1 hour ago', join(folder, 'datasets/d/.settings')]);
  expect(await machine().copy({ type: 'pull-tree', dataset: 'd', to })).toMatchObject({ files: 2 });
  expect(readFileSync(join(to, 'current/.settings'), 'utf8')).toBe('old');
});

test('a file that is not in the list may go during the copy', async () => {
  await machine().probe();
  write('a', '1');
  beforeRsync('', 'exit 24');
  try {
    expect(await machine().copy({ type: 'pull-tree', dataset: 'd', to })).toMatchObject({ files: 1, changed: true });
  } finally {
    vi.unstubAllEnvs();
  }
});

test('what is left in the folder of a pull is removed up to the highest folder that the version does not have', async () => {
  const incoming = mkdtempSync(join(temporary, 'incoming-'));
  const file = (path: string) => ({ path, bytes: 1, sha256: '0'.repeat(64), kind: 'file' as const });
  for (const path of ['a/b/c', 'a/x/y', 'gone/deep/file', 'was-file/now', 'part/.partial/half']) {
    mkdirSync(join(incoming, path, '..'), { recursive: true });
    writeFileSync(join(incoming, path), '');
  }
  mkdirSync(join(incoming, 'a/empty'));
  symlinkSync('/etc', join(incoming, 'a/link'));
  const { files, odd } = await keepWanted(incoming, manifestOf(['a/b/c', 'was-file', 'part/half'].map(file)), '.partial');
  expect([...files.keys()].toSorted()).toEqual(['a/b/c', 'part/.partial/half']);
  expect([...odd]).toEqual(['a/link']);
  expect(readdirSync(incoming, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
    'a',
    'a/b',
    'a/b/c',
    'part',
    'part/.partial',
    'part/.partial/half',
  ]);
});
