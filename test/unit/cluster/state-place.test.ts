import { describe, expect, it } from 'vitest';
import { placeVerdict, type StatePlace } from '../../../src/domain/cluster/state-place.ts';

const here: StatePlace = { machine: 'a'.repeat(32), host: 'one', path: '/srv/lab/state', inode: '12', device: '3' };
const unknown = '-';

describe('the place of a state folder', () => {
  it.each<readonly [string, Partial<StatePlace>, 'same' | 'elsewhere', Partial<StatePlace>]>([
    ['the same', {}, 'same', {}],
    ['the same, with another host name', { host: 'two' }, 'same', {}],
    ['the same, with another device after a restart of the machine', { device: '4' }, 'same', {}],
    ['the same, restored there as a new folder', { inode: '13', device: '4' }, 'same', {}],
    ['another path of the same folder', { path: '/srv/old' }, 'same', {}],
    ['another path and another folder', { path: '/srv/old', inode: '13' }, 'elsewhere', {}],
    ['another path on another file system whose folder has the same inode', { path: '/srv/old', device: '4' }, 'elsewhere', {}],
    ['a restored disk on another machine', { machine: 'b'.repeat(32) }, 'elsewhere', {}],
    ['a container with the same volume', { machine: unknown, host: 'two', device: '4' }, 'same', { machine: unknown }],
    ['a container with a renamed folder', { machine: unknown, path: '/srv/old' }, 'same', { machine: unknown }],
    ['a container with another folder at the same path', { machine: unknown, inode: '13' }, 'elsewhere', { machine: unknown }],
    ['a volume that came into a container', { host: 'two' }, 'same', { machine: unknown }],
    ['a volume that came out of a container', { machine: unknown }, 'same', {}],
  ])('%s', (_, made, verdict, now) => {
    expect(placeVerdict({ ...here, ...made }, { ...here, ...now }, false)).toBe(verdict);
  });

  it('is the same for an id of an older release, which has no place', () => {
    expect(placeVerdict(undefined, here, false)).toBe('same');
  });

  it('is a copy while the recorded path leads to another folder with the same id, also on a machine with the same id', () => {
    for (const made of [here, { ...here, path: '/srv/old' }, { ...here, inode: '13' }]) expect(placeVerdict(made, here, true)).toBe('copy');
  });
});
