import { describe, expect, it } from 'vitest';
import {
  cloneDoubt,
  type CloneDoubt,
  placeActions,
  type PlaceEvidence,
  type PlaceVerdict,
  placeVerdict,
  type StatePlace,
} from '../../../src/domain/cluster/state-place.ts';

const here: StatePlace = { machine: 'a'.repeat(32), host: 'one', cards: '02:00:00:00:00:01', path: '/srv/lab/state', inode: '12', device: '3' };
const unknown = { machine: '-' };
const named = { machine: 'name:lab' };
const verdictOf = (made: StatePlace | undefined, part: Partial<PlaceEvidence> = {}): PlaceVerdict =>
  placeVerdict({ made, here, isOtherThere: false, isBecoming: false, ...part });

describe('the place of a state folder', () => {
  it.each<readonly [string, Partial<StatePlace>, PlaceVerdict, Partial<StatePlace>]>([
    ['the same', {}, 'same', {}],
    ['another path of the same folder', { path: '/srv/old' }, 'same', {}],
    ['the same, with a name that a person gave', named, 'same', named],
    ['the same, with another host name: perhaps a clone of the machine', { host: 'two' }, 'likely', {}],
    ['the same, with other network cards: perhaps a clone of the machine', { cards: '02:00:00:00:00:02' }, 'likely', {}],
    ['the same, recorded by a release without network cards', { cards: undefined }, 'likely', {}],
    ['the same, with another device after a restart of the machine', { device: '4' }, 'same', {}],
    ['the same, restored there as a new folder', { inode: '13', device: '4' }, 'likely', {}],
    ['another path of the same folder, after another host name', { path: '/srv/old', host: 'two' }, 'likely', {}],
    ['another path and another folder', { path: '/srv/old', inode: '13' }, 'elsewhere', {}],
    ['another path on another file system whose folder has the same inode', { path: '/srv/old', device: '4' }, 'elsewhere', {}],
    ['a restored disk on another machine', { machine: 'b'.repeat(32) }, 'elsewhere', {}],
    ['a restored disk on a machine with another given name', { machine: 'name:other' }, 'elsewhere', named],
    ['a container with the same volume', { ...unknown, host: 'two', device: '4' }, 'likely', unknown],
    ['a container of which all is the same', unknown, 'likely', unknown],
    ['a container with a renamed folder', { ...unknown, path: '/srv/old' }, 'likely', unknown],
    ['a container with another folder at the same path', { ...unknown, inode: '13' }, 'elsewhere', unknown],
    ['another folder at the same path, in a container with a given name', { ...named, inode: '13', device: '4' }, 'likely', named],
    ['a volume that came into a container', { host: 'two' }, 'likely', unknown],
    ['a volume that came out of a container', unknown, 'likely', {}],
    ['the same folder, before a person named the machine', {}, 'likely', named],
    ['another folder at the same path, before a person named the machine', { inode: '13' }, 'elsewhere', named],
  ])('%s', (_, made, verdict, now) => {
    expect(verdictOf({ ...here, ...made }, { here: { ...here, ...now } })).toBe(verdict);
  });

  it('is not known for an id of an older release, which has no place', () => {
    expect(verdictOf(undefined)).toBe('likely');
  });

  it('is a copy while the recorded path leads to another folder with the same id, also on a machine with the same id', () => {
    for (const made of [here, { ...here, path: '/srv/old' }, { ...here, inode: '13' }]) expect(verdictOf(made, { isOtherThere: true })).toBe('copy');
  });

  it('is that of an interrupted copy, whatever else is known', () => {
    for (const made of [here, undefined]) expect(verdictOf(made, { isBecoming: true, isOtherThere: true })).toBe('half-copied');
  });
});

it('only a person who says that a folder is a copy gives it a new id, and never a folder that is certainly the first', () => {
  const verdicts = Object.keys(placeActions) as PlaceVerdict[];
  expect(verdicts.filter((verdict) => placeActions[verdict].copied !== 'new-id')).toEqual(['same']);
  expect(verdicts.flatMap((verdict) => [placeActions[verdict].none, placeActions[verdict].moved])).not.toContain('new-id');
});

it.each<readonly [string, CloneDoubt, Partial<StatePlace>, Partial<StatePlace>]>([
  ['has everything of before', 'none', {}, {}],
  ['has other network cards', 'clone', { cards: '02:00:00:00:00:07' }, {}],
  ['has other network cards and another host name', 'clone', { host: 'two', cards: '02:00:00:00:00:07' }, {}],
  ['has another host name', 'hint', { host: 'two' }, {}],
  ['has one network card more', 'none', {}, { cards: '02:00:00:00:00:01 02:00:00:00:00:07' }],
  ['has one network card less', 'none', { cards: '02:00:00:00:00:01 02:00:00:00:00:07' }, {}],
  ['shows no network card', 'none', {}, { cards: '' }],
  ['was recorded by a release without network cards', 'none', { cards: undefined }, {}],
  ['has a name that a person gave, and another host name, as each pod has', 'none', { ...named, host: 'two' }, named],
  ['has a name that a person gave, and other network cards', 'hint', { ...named, cards: '02:00:00:00:00:07' }, named],
  ['has no name, as a container', 'none', { ...unknown, host: 'two' }, unknown],
])('a machine that %s: its doubt is %s', (_, doubt, made, now) => {
  expect(cloneDoubt({ ...here, ...made }, { ...here, ...now })).toBe(doubt);
});
