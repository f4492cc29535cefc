/** A state folder in another place than before: the words of a person, and what a copy keeps. `test/launcher/state-place.test.ts` runs both clusters. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readIdentity, replaceIdentity } from '../../src/config/cluster-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { type PlaceWord, refuseOtherPlace, settlePlace } from '../../workers/launcher/place/settle-place.ts';
import { copy, statesIn } from '../support/new-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'settle-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newState = statesIn(folder);
const settle = (state: string, word?: PlaceWord, say?: (line: string) => void): void => settlePlace({ state, cluster: 'lab', word, say });
const write = (...parts: readonly string[]): string => {
  const file = join(...parts);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
};
const hintOf = (step: () => void): Hint | undefined => {
  try {
    step();
  } catch (error) {
    return (error as RingmasterError).hint;
  }
  throw new Error('not refused');
};
const refused = expect.objectContaining({ code: 'config.state-place' }) as Error;

test('a folder without an id, and one in its place, need no word; a repeated word changes nothing', () => {
  settle(join(folder, 'none'));
  const { state } = newState();
  const before = readIdentity(state);
  for (const word of [undefined, 'moved', 'copied'] as const) settle(state, word);
  expect(readIdentity(state)).toEqual(before);
});

test('an id of an older release gets its place', () => {
  const { state, id } = newState();
  writeFileSync(statePaths(state).identity, JSON.stringify({ v: 1, id, isUpgraded: true }));
  settle(state);
  expect(readIdentity(state)).toMatchObject({ id, isUpgraded: true, place: { path: state } });
});

test('a renamed folder notes its new path, and a copy that took the old path is refused as a copy of it', () => {
  const { state, other, id } = newState();
  renameSync(state, other);
  settle(other);
  expect(readIdentity(other)).toMatchObject({ id, place: { path: other } });
  copy(other, state);
  expect(() => settle(state)).toThrow(refused);
});

test('a folder that was moved to another file system keeps its id when a person says so, and never while the other folder is there', () => {
  const { state, other, id } = newState();
  copy(state, other);
  expect(() => settle(other, 'moved')).toThrow(refused);
  expect(() => refuseOtherPlace(other)).toThrow(refused);
  const { say = '', run } = hintOf(() => settle(other)) ?? {};
  expect(run).toBe('ringmaster up --copied');
  const [, word = '', first = ''] = /^`ringmaster up --(\w+)` after the removal of (\S+), or a new id for this folder$/.exec(say) ?? [];
  rmSync(first, { recursive: true });
  expect(() => settle(other)).toThrow(/was made for \S+s\d+ on /);
  expect(() => refuseOtherPlace(other)).toThrow(refused);
  expect(hintOf(() => settle(other))?.say).toBe(`\`ringmaster up --${word}\` if the other folder is gone, or a new id for this folder`);
  settle(other, word as PlaceWord);
  expect(readIdentity(other)).toMatchObject({ id, place: { path: other } });
  settle(other);
  refuseOtherPlace(other);
});

test('a copy loses what names the other cluster, and keeps the rest', () => {
  const { state, other, id } = newState();
  const owner = (node: string, of: string): void =>
    writeFileSync(join(write(state, 'nodes', node, 'jobs/a/1/pid'), '../../../..', 'owner'), `${of}\nlab\n`);
  owner('here', id);
  owner('foreign', 'f'.repeat(16));
  const lost = ['run/cluster.json', 'run/ledger.json', 'run/launcher.sock', 'temporal.db', 'temporal.db-wal', 'nodes/here/jobs/a/1/pid'];
  const practice = ['practice/b.keys/login', 'practice/b.node/cluster', 'practice/b/ringmaster/games'];
  const kept = ['run/notes', 'data/work_queue.db', 'data/blobs/x', 'nodes/here/datasets/games', 'nodes/foreign/jobs/a/1/pid', 'practice/c/notes'];
  for (const file of [...lost, ...practice, ...kept]) write(state, file);
  copy(state, other);
  const said: string[] = [];
  settle(other, 'copied', (line) => said.push(line));
  expect([...lost, ...practice].filter((file) => existsSync(join(other, file)))).toEqual([]);
  expect(kept.filter((file) => !existsSync(join(other, file)))).toEqual([]);
  expect([...lost, ...practice, ...kept].filter((file) => !existsSync(join(state, file)))).toEqual([]);
  const young = readIdentity(other);
  expect(young).toMatchObject({ isUpgraded: false, place: { path: other } });
  expect([young?.id === id, readIdentity(state)?.id]).toEqual([false, id]);
  expect(readFileSync(join(other, 'nodes/here/owner'), 'utf8')).toMatch(new RegExp(`^${young?.id}\nlab .*-other\\)\n$`));
  expect(readFileSync(join(other, 'nodes/foreign/owner'), 'utf8')).toContain('f'.repeat(16));
  expect(said.join('\n')).toContain(join(other, 'nodes/here'));
  settle(other);
});

test('a copy that was interrupted before it had its new id is made once more', () => {
  const { state, other, id } = newState();
  copy(state, other);
  const place = readIdentity(state)?.place;
  settle(other, 'copied');
  replaceIdentity(other, { v: 1, id, isUpgraded: false, place });
  settle(other, 'copied');
  expect(readIdentity(other)?.id).not.toBe(id);
});

test('a copy with a link to a folder of the other cluster is refused, and nothing in it changes; without the link it works', () => {
  const { state, other, id } = newState();
  write(state, 'run/cluster.json');
  mkdirSync(join(folder, 'shared'));
  symlinkSync(join(folder, 'shared'), join(state, 'data'));
  copy(state, other);
  expect(() => settle(other, 'copied')).toThrow(
    expect.objectContaining({ message: expect.stringContaining('is a symbolic link to') as string }) as Error,
  );
  expect([readIdentity(other)?.id, existsSync(join(other, 'run/cluster.json'))]).toEqual([id, true]);
  expect(hintOf(() => settle(other, 'copied'))).toEqual({
    say: 'a copy of what the link leads to in place of the link, then the same command again',
    run: 'ringmaster up --copied',
  });
  rmSync(join(other, 'data'));
  copy(join(folder, 'shared'), join(other, 'data'));
  settle(other, 'copied');
  expect(readIdentity(other)?.id).not.toBe(id);
});
