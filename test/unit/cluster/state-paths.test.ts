import { expect, test } from 'vitest';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';

test('the paths of a state folder, with and without a slash at its end', () => {
  for (const state of ['/srv/rm', '/srv/rm/']) {
    expect(statePaths(state)).toMatchObject({ run: '/srv/rm/run', runningCluster: '/srv/rm/run/cluster.json', blobs: '/srv/rm/data/blobs' });
    expect(statePaths(state).log('control')).toBe('/srv/rm/logs/control.log');
  }
  expect(statePaths('/').run).toBe('/run');
});
