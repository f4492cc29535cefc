import { chownSync, existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
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
