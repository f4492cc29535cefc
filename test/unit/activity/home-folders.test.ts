/** The gateway finds folders at home by name, in its own cluster file. It takes no folder from a caller. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { homeOf } from '../../../activities/gateway/home.ts';
import { snapshotPayload } from '../../../activities/gateway/snapshot-payload.ts';
import { consolidate } from '../../../activities/ledger/game/consolidate.ts';
import type { GameWorkDependencies } from '../../../activities/ledger/game/game-work-dependencies.ts';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'ringmaster-doors-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const home = () =>
  homeOf({ state: join(folder, 'state'), datasets: [], pipelines: [{ name: 'cf', payload: join(folder, 'cf') }] } as unknown as ClusterConfig);
const signal = new AbortController().signal;

it('a payload is the folder in the cluster file; a name that the file does not have is refused', () => {
  expect(home().payloadSource('cf')).toBe(join(folder, 'cf'));
  for (const asked of ['other', '/root', join(folder, 'cf'), '../cf'])
    expect(() => home().payloadSource(asked)).toThrow(expect.objectContaining({ code: 'input.refused' }));
});

it('a payload with a link that leaves it is refused by name, so that no file outside the folder is copied', async () => {
  mkdirSync(join(folder, 'cf', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(folder, 'cf', 'play.js'), '');
  await expect(snapshotPayload(join(folder, 'cf'), home(), signal)).resolves.toMatchObject({ digest: expect.any(String) });
  symlinkSync(join(folder, 'secret'), join(folder, 'cf', 'deep', 'link'));
  await expect(snapshotPayload(join(folder, 'cf'), home(), signal)).rejects.toMatchObject({
    code: 'sync.tree-refused',
    message: expect.stringContaining('deep/link'),
  });
});

it.each(['/etc', '../../etc', 'a/b', '..', ''])('games are read from no other folder than a replica: %j', async (replica) => {
  const dependencies = { stateFolder: join(folder, 'state') } as unknown as GameWorkDependencies;
  await expect(consolidate(dependencies)({ pipeline: 'cf', replicas: [replica] })).rejects.toMatchObject({ code: 'input.refused' });
});
