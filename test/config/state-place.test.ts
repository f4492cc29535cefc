/** Tests with real folders: which copy, move or restore of a state folder is seen. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureIdentity, readIdentity } from '../../src/config/cluster-identity.ts';
import { judgePlace } from '../../src/config/judge-place.ts';
import { placeOf } from '../../src/config/state-place.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { copy, statesIn } from '../support/new-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'state-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newState = statesIn(folder);
const verdictOf = (state: string, machine?: string): string | undefined => judgePlace(state, machine)?.verdict;

test('a new state folder is in its place, and a folder without an id has no place', () => {
  const { state } = newState();
  expect(verdictOf(state)).toBe('same');
  mkdirSync(join(folder, 'empty'));
  expect(judgePlace(join(folder, 'empty'))).toBeUndefined();
});

test('a copy is seen while the first folder is there, and the first folder stays in its place', () => {
  const { state, other } = newState();
  copy(state, other);
  expect([verdictOf(other), verdictOf(state)]).toEqual(['copy', 'same']);
  rmSync(state, { recursive: true });
  expect(verdictOf(other)).toBe('elsewhere');
});

test('a renamed folder is in its place, and a copy under its old name makes it a copy', () => {
  const { state, other } = newState();
  renameSync(state, other);
  expect(verdictOf(other)).toBe('same');
  copy(other, state);
  expect(verdictOf(other)).toBe('copy');
});

test('a symbolic link to the folder is the folder', () => {
  const { state, other } = newState();
  symlinkSync(state, other);
  expect(verdictOf(other)).toBe('same');
});

test('another cluster at the old path does not make a folder a copy', () => {
  const { state, other } = newState();
  renameSync(state, other);
  ensureIdentity(state, 'lab');
  expect(verdictOf(other)).toBe('same');
});

test('a restored disk on a second machine is elsewhere: it has the path and the inode of the first', () => {
  const { state } = newState();
  const record = JSON.parse(readFileSync(statePaths(state).identity, 'utf8')) as { place: object };
  writeFileSync(statePaths(state).identity, JSON.stringify({ ...record, place: placeOf(state, 'a'.repeat(32)) }));
  expect([verdictOf(state, 'a'.repeat(32)), verdictOf(state, 'b'.repeat(32))]).toEqual(['same', 'elsewhere']);
});

test('an id of an older release is in its place', () => {
  const { state, id } = newState();
  writeFileSync(statePaths(state).identity, JSON.stringify({ v: 1, id, isUpgraded: false }));
  expect(verdictOf(state)).toBe('same');
  expect(readIdentity(state)).toEqual({ v: 1, id, isUpgraded: false, place: undefined });
});
