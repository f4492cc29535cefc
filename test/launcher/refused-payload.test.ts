/** Tests that a payload with an entry that no node would get keeps a cluster from starting. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { harness, limitMs, up, useLauncher } from './harness.ts';
import { processesOf } from './test-cluster.ts';

useLauncher();

test(
  'up starts nothing with such a payload, and names the entry and the rule',
  async () => {
    const payload = join(harness.cluster.folder, 'payload');
    mkdirSync(payload);
    writeFileSync(join(payload, 'play'), '');
    symlinkSync('/etc/hostname', join(payload, 'host'));
    const stage = { command: ['{payload}/play'], run: '5m', silent: '30s' };
    const games = { perTurn: 60, perItem: 60, windowTurns: 3 };
    harness.cluster.change({ pipelines: [{ name: 'lab', payload, games, selfPlay: stage, train: stage, evaluate: stage }] });
    await expect(up()).rejects.toMatchObject({
      code: 'sync.tree-refused',
      message: expect.stringContaining('host is a symbolic link to the absolute path'),
    });
    expect(processesOf(harness.cluster.state)).toEqual([]);
  },
  limitMs,
);
