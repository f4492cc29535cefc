import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { purgeState } from '../../workers/launcher/purge-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'purge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x');
}

/** Makes a state folder with a file at each path that `statePaths` and the ledgers have. */
function fill(state: string): void {
  const paths = statePaths(state);
  for (const path of Object.values(ledgerPaths(state))) for (const end of ['', '-wal', '-shm']) write(`${path}${end}`);
  for (const process of ['server', 'ledger', 'gateway', 'control'])
    for (const path of [paths.processRecord(process), paths.ready(process), paths.beat(process), paths.log(process)]) write(path);
  for (const path of [paths.records('ledger'), paths.log('daemons')]) write(`${path}.2026-01-31T00-00-00.000Z-7-1`);
  write(join(state, 'temporal-damaged', 'temporal.db-wal'));
  const { practice: _practice, node: _node, ...rest } = paths;
  const all = Object.values(rest).flatMap((path) => (typeof path === 'string' ? [path] : typeof path === 'function' ? [path('sshd-a')] : []));
  // The longest paths come first, so that a folder that holds others is there before its own path is seen.
  for (const path of all.toSorted((a, b) => b.length - a.length)) if (!existsSync(path)) write(path);
  for (const path of [paths.payload('b'), paths.replica('c'), paths.replaced('t')]) write(join(path, 'deep', 'file'));
  write(join(paths.practice, 'a.keys', 'login'));
  mkdirSync(dirname(paths.node('x')), { recursive: true });
}

it('removes every path of ours, and then the folder', () => {
  const state = join(folder, 'ours');
  fill(state);
  expect(purgeState(state)).toEqual([]);
  expect(existsSync(state)).toBe(false);
});

it('keeps and names everything that is not ours', () => {
  const state = join(folder, 'project');
  fill(state);
  const theirs = [
    '.git/HEAD',
    'cluster.yaml',
    'data/results.csv',
    'logs/coordination.log.incident-7.txt',
    'logs/ledger.jsonl.mine',
    'logs/notes.log',
    'temporal-damaged/notes',
    'nodes/mine/file',
    'practice/readme',
    'run/build.sh',
    'src/main.py',
  ];
  for (const path of theirs) write(join(state, path));
  expect(purgeState(state).toSorted()).toEqual(
    [
      '.git',
      'cluster.yaml',
      'data/results.csv',
      'logs/coordination.log.incident-7.txt',
      'logs/ledger.jsonl.mine',
      'logs/notes.log',
      'nodes',
      'practice/readme',
      'run/build.sh',
      'src',
      'temporal-damaged/notes',
    ].toSorted(),
  );
  const left = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left.map((entry) => join(entry.parentPath, entry.name)).toSorted()).toEqual(theirs.map((path) => join(state, path)).toSorted());
});

it('keeps and names a link that stands for one of our folders, and keeps the folder that it leads to', () => {
  const state = join(folder, 'disk');
  const elsewhere = join(folder, 'large-disk');
  mkdirSync(elsewhere);
  mkdirSync(state);
  symlinkSync(elsewhere, join(state, 'data'));
  fill(state);
  expect(readdirSync(elsewhere)).not.toEqual([]);
  expect(purgeState(state)).toEqual(['data']);
  expect(readdirSync(elsewhere)).toEqual([]);
});

it('never removes what a symbolic link leads to', () => {
  const state = join(folder, 'linked');
  const elsewhere = join(folder, 'elsewhere');
  write(join(elsewhere, 'file'));
  mkdirSync(join(state, 'data', 'blobs'), { recursive: true });
  symlinkSync(elsewhere, join(state, 'data', 'replicas'));
  symlinkSync(elsewhere, join(state, 'data', 'blobs', 'link'));
  symlinkSync(state, join(folder, 'link-to-state'));
  expect(purgeState(join(folder, 'link-to-state'))).toEqual([]);
  expect(existsSync(state)).toBe(false);
  expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('x');
});
