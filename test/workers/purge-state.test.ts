import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { eventId } from '../../src/storage/event/event-id.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { purgeState } from '../../workers/launcher/purge-state.ts';

const digest = 'a1'.repeat(32);
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
  const { practice: _practice, node: _node, replica: _replica, champion: _champion, ...rest } = paths;
  const nameOf: Readonly<Record<string, string>> = { blob: digest, payload: digest, replaced: '20260131T101500-123Z' };
  const all = Object.entries(rest).flatMap(([key, path]) =>
    typeof path === 'string' ? [path] : typeof path === 'function' ? [path(nameOf[key] ?? 'sshd-a')] : [],
  );
  const deep = [
    paths.payload(digest),
    join(paths.payloads, `.gone.${digest}.7`),
    join(paths.replica('games-cf@b'), 'v', digest),
    join(paths.replica('games-cf@b'), 'incoming'),
    join(paths.replicas, '.gone.games-cf@c'),
    paths.replaced('20260131T101500-123Z'),
    join(paths.backups, '000042-20260131T101500Z'),
    join(paths.backups, '.incoming-000043-20260131T111500Z'),
    join(paths.workerPackage, `arm64-${digest.slice(0, 16)}`),
  ];
  for (const path of deep) write(join(path, 'deep', 'file'));
  const uuid = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';
  const files = [
    join(paths.blobs, `.incoming-${uuid}`),
    join(paths.payloads, `.manifest.${digest}`),
    join(paths.configs, '3.json'),
    join(paths.champion('cf'), 'model'),
    join(paths.champion('cf'), 'champion.json'),
    join(paths.champion('cf.next'), 'model'),
    join(paths.ratings, 'ratings.json'),
    `${paths.ratings}.json.new`,
    join(paths.eventSpool, `${eventId(1_769_854_500_000)}.json`),
  ];
  // The longest paths come first, so that a folder that holds others is there before its own path is seen.
  for (const path of [...all, ...files].toSorted((a, b) => b.length - a.length)) if (!existsSync(path)) write(path);
  symlinkSync(`v/${digest}`, join(paths.replica('games-cf@b'), 'current'));
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
    'data/backups/000042-20260131T101500Z.tar',
    'data/backups/my/copy.tar',
    'data/blobs/mine.bin',
    'data/champion/cf/notes',
    'data/configs/mine.yaml',
    'data/event-spool/why.json',
    'data/payloads/next/main.py',
    'data/ratings/graph.png',
    'data/replaced/mine.txt',
    'data/replicas/games-cf@b/notes',
    'data/replicas/mine/games',
    'logs/coordination.log.incident-7.txt',
    'logs/ledger.jsonl.mine',
    'logs/notes.log',
    'run/worker-package/patch',
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
      'data/backups/000042-20260131T101500Z.tar',
      'data/backups/my',
      'data/blobs/mine.bin',
      'data/champion/cf/notes',
      'data/configs/mine.yaml',
      'data/event-spool/why.json',
      'data/payloads/next',
      'data/ratings/graph.png',
      'data/replaced/mine.txt',
      'data/replicas/games-cf@b/notes',
      'data/replicas/mine/games',
      'run/worker-package/patch',
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

it('never removes what a symbolic link leads to, and keeps and names a link that a person made', () => {
  const state = join(folder, 'linked');
  const elsewhere = join(folder, 'elsewhere');
  const theirs = [join(elsewhere, 'file'), join(elsewhere, 'v', 'file')];
  for (const path of theirs) write(path);
  for (const name of ['blobs', 'replicas']) mkdirSync(join(state, 'data', name), { recursive: true });
  symlinkSync(elsewhere, join(state, 'data', 'replicas', 'mine'));
  symlinkSync(elsewhere, join(state, 'data', 'blobs', 'mine'));
  symlinkSync(elsewhere, join(state, 'data', 'blobs', digest));
  symlinkSync(state, join(folder, 'link-to-state'));
  expect(purgeState(join(folder, 'link-to-state')).toSorted()).toEqual(['data/blobs/mine', 'data/replicas/mine']);
  expect(readdirSync(join(state, 'data', 'blobs'))).toEqual(['mine']);
  expect(theirs.filter((path) => !existsSync(path))).toEqual([]);
  for (const name of ['blobs', 'replicas']) rmSync(join(state, 'data', name, 'mine'));
  expect(purgeState(join(folder, 'link-to-state'))).toEqual([]);
  expect(existsSync(state)).toBe(false);
});
