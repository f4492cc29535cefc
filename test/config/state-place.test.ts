/** Tests with real folders: which copy, move or restore of a state folder is seen. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureIdentity, readIdentity } from '../../src/config/cluster-identity.ts';
import { judgePlace } from '../../src/config/judge-place.ts';
import { type KnownMachine, placeOf, thisMachine } from '../../src/config/state-place.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { copy, statesIn } from '../support/new-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'state-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newState = statesIn(folder);
const verdictOf = (state: string, machine?: KnownMachine): string | undefined => judgePlace(state, machine)?.verdict;
const machine = (letter: string): KnownMachine => ({ ...thisMachine({}), machine: letter.repeat(32) });
/** Two places of which a machine with an id is sure, and that are the same folder. In a container nothing is sure. */
const inPlace = /^(same|likely)$/;

test('a new state folder is in its place, and a folder without an id has no place', () => {
  const { state } = newState();
  expect(verdictOf(state)).toMatch(inPlace);
  mkdirSync(join(folder, 'empty'));
  expect(judgePlace(join(folder, 'empty'))).toBeUndefined();
});

test('a copy is seen while the first folder is there, and the first folder stays in its place', () => {
  const { state, other } = newState();
  copy(state, other);
  expect([verdictOf(other), verdictOf(state)]).toEqual(['copy', expect.stringMatching(inPlace)]);
  rmSync(state, { recursive: true });
  expect(verdictOf(other)).toBe('elsewhere');
});

test('a renamed folder is in its place, and a copy under its old name makes it a copy', () => {
  const { state, other } = newState();
  renameSync(state, other);
  expect(verdictOf(other)).toMatch(inPlace);
  copy(other, state);
  expect(verdictOf(other)).toBe('copy');
});

test('a symbolic link to the folder is the folder', () => {
  const { state, other } = newState();
  symlinkSync(state, other);
  expect(verdictOf(other)).toMatch(inPlace);
});

test('another cluster at the old path does not make a folder a copy', () => {
  const { state, other } = newState();
  renameSync(state, other);
  ensureIdentity(state, 'lab');
  expect(verdictOf(other)).toMatch(inPlace);
});

test('a restored disk on a second machine is elsewhere: it has the path and the inode of the first', () => {
  const { state } = newState();
  const record = JSON.parse(readFileSync(statePaths(state).identity, 'utf8')) as { place: object };
  writeFileSync(statePaths(state).identity, JSON.stringify({ ...record, place: placeOf(state, machine('a')) }));
  expect([verdictOf(state, machine('a')), verdictOf(state, machine('b'))]).toEqual(['same', 'elsewhere']);
});

test('the place of an id of an older release is not known', () => {
  const { state, id } = newState();
  writeFileSync(statePaths(state).identity, JSON.stringify({ v: 1, id, isUpgraded: false }));
  expect(verdictOf(state)).toBe('likely');
  expect(readIdentity(state)).toEqual({ v: 1, id, isUpgraded: false });
});

test('a machine is named by its files: an id on a file system in memory is that of one start, and only an interface with a device is a card', () => {
  const inMemory = mkdtempSync('/dev/shm/machine-');
  try {
    for (const [name, text] of [
      ['etc/machine-id', `${'a'.repeat(32)}\n`],
      ['sys/class/net/eth1/address', '02:00:00:00:00:02\n'],
      ['sys/class/net/eth0/address', '02:00:00:00:00:01\n'],
      ['sys/class/net/tun0/address', '02:00:00:00:00:03\n'],
    ] as const) {
      mkdirSync(join(inMemory, name, '..'), { recursive: true });
      writeFileSync(join(inMemory, name), text);
    }
    for (const card of ['eth0', 'eth1']) mkdirSync(join(inMemory, 'sys/class/net', card, 'device'));
    expect(thisMachine({}, inMemory)).toMatchObject({ machine: '-', cards: '02:00:00:00:00:01 02:00:00:00:00:02' });
    expect(thisMachine({ RINGMASTER_MACHINE: 'lab' }, inMemory)).toMatchObject({ machine: 'name:lab' });
  } finally {
    rmSync(inMemory, { recursive: true });
  }
});
