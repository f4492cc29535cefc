/** A purge says which node it could not clear, and the command that it names clears the node later. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NodeId } from '../../src/domain/ids.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { silentLog } from '../../src/telemetry/log.ts';
import { purgeLines } from '../../workers/launcher/purge-lines.ts';
import { purgeNodes } from '../../workers/launcher/purge-nodes.ts';
import { aroundHost } from '../support/around-host.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
aroundHost(async () => (host = await PracticeHost.start('k', folder)));

test('a node behind a closed port is named with its folder, the cause and a command that clears it', { timeout: 120_000 }, async () => {
  await host.machine().probe();
  await host.closeMachines();
  const there = (): string => host.ssh(`ls -A ${host.node.folder}`);
  expect(there()).toContain('fences');
  const node = { id: 'far' as NodeId, folder: host.node.folder, connect: host.connect() };
  const running = { config: { nodes: [node] }, left: [] } as unknown as RunningCluster;
  const purge = () => purgeNodes(join(folder, 'state'), running, ownerNamed(host.cluster), silentLog());

  await host.killSshd();
  const nodeFolders = await purge();
  expect(nodeFolders).toMatchObject([{ node: 'far', folder: host.node.folder, type: 'kept' }]);
  const [line = '', ...more] = purgeLines({ nodeFolders, left: [] });
  expect(more).toEqual([]);
  const [said = '', command = ''] = line.split('. When it can be reached, this command clears it: ');
  expect(said).toMatch(new RegExp(`^node far: ${host.node.folder} is not cleared: .*(refused|closed|reach)`, 'i'));

  await host.startSshd();
  expect(there()).toContain('fences');
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
  expect(there()).not.toContain('fences');
  expect(purgeLines({ nodeFolders: await purge(), left: [] })).toEqual([]);
  expect(existsSync(join(folder, 'state'))).toBe(false);
});
