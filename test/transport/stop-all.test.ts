/**
 * The launcher also has a mark of its cluster. When the launcher stops all jobs of its own machine, it must neither count nor end itself and its
 * children.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { ownerNamed } from '../support/owner-named.ts';

ownTemporaryFolder();
const cluster = `stop-all-${process.pid}`;

afterAll(async () => {
  expect(await leaksOf(cluster)).toEqual([]);
});

test('stopAll by a process with the launcher’s mark stops the jobs alone', { timeout: 60_000 }, async () => {
  process.env['RINGMASTER_MARK'] = `${cluster}/launcher/1`;
  const machine = openMachine({
    node: 'here' as NodeId,
    owner: ownerNamed(cluster),
    folder: mkdtempSync(join(tmpdir(), 'node-')),
    connect: { type: 'local' },
  });
  const job = { item: 'one' as ItemId, epoch: 1 };
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  await machine.start({ job, argv: ['sleep', '300'], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  expect(await machine.stopAll(500)).toEqual({ stopped: 1 });
  expect(await machine.look([job])).toMatchObject([{ phase: 'ended', ended: 'stopped' }]);
});
