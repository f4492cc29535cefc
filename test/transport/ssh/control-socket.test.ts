import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test, vi } from 'vitest';
import { closeLeftoverControls, makeControlFolder } from '../../../src/transport/ssh/control-socket.ts';

test('folders of this cluster are removed, and a folder that another user made under such a name stays', async () => {
  const [ours, foreign] = [makeControlFolder('shared-name'), makeControlFolder('shared-name')];
  chownSync(foreign, 65_534, 65_534);
  try {
    expect(await closeLeftoverControls('shared-name')).toBe(1);
    expect([ours, foreign].map((path) => existsSync(path))).toEqual([false, true]);
  } finally {
    rmSync(foreign, { recursive: true, force: true });
  }
});

test.each([
  ['unset', undefined],
  ['relative', 'tmp'],
  ['too long for a socket', `/tmp/${'a'.repeat(90)}`],
  ['missing', '/nowhere/tmp'],
])('with a TMPDIR that is %s, the folder is in a temporary folder of the system, and is found again', async (_what, value) => {
  if (value?.includes('aaa') === true) mkdirSync(value);
  if (value === undefined) vi.stubEnv('TMPDIR', undefined);
  else vi.stubEnv('TMPDIR', value);
  try {
    const made = makeControlFolder('short-roots');
    expect(dirname(made)).toBe('/tmp');
    expect(await closeLeftoverControls('short-roots')).toBe(1);
    expect(existsSync(made)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
    if (value?.includes('aaa') === true) rmSync(value, { recursive: true });
  }
});
