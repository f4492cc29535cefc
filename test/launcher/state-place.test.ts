/** `up` and `down` in a copied state folder: neither touches the cluster of the first folder, and a person decides about the id. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readIdentity } from '../../src/config/cluster-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { harness, limitMs, pidsOf, up, useLauncher } from './harness.ts';
import { expectNothingLeft, makeTestCluster, processesOf, removeTestCluster, type TestCluster } from './test-cluster.ts';

useLauncher();

const copy = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true });
  execFileSync('cp', ['-a', from, to]);
};
const upAt = (cluster: TestCluster, options: object = {}) => up({ clusterFile: cluster.clusterFile, env: cluster.env, ...options });
const idIn = (state: string): string | undefined => readIdentity(state)?.id;

/** Writes a local node's folder as the programs on nodes leave it. */
function writeNode(state: string): string {
  const folder = statePaths(state).node('here');
  for (const name of ['jobs/a/1', 'records/a/1', 'fences', 'datasets/games']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'owner'), `${idIn(state)}\nlab\n`);
  writeFileSync(join(folder, 'datasets/games/one'), 'won');
  return folder;
}

test(
  'a copy beside a running cluster is refused by up and down, and becomes a cluster of its own with --copied',
  async () => {
    const first = await up();
    const { state } = harness.cluster;
    writeNode(state);
    const other = await makeTestCluster();
    try {
      copy(state, other.state);
      const refused = (await rejectionOf(upAt(other))) as RingmasterError;
      expect(refused).toMatchObject({ code: 'config.state-place', hint: { run: `ringmaster up --copied --file ${other.clusterFile}` } });
      expect(sentenceOf(refused)).toContain(`a copy of ${state}, which is still there`);
      await expect(upAt(other, { place: 'moved' })).rejects.toMatchObject({ code: 'config.state-place' });
      await expect(harness.launcher.down({ state: other.state, purge: true })).rejects.toMatchObject({ code: 'config.state-place' });
      expect(pidsOf((await up()).processes)).toEqual(pidsOf(first.processes));

      const said: string[] = [];
      const second = await upAt(other, { place: 'copied', onPlace: (line: string) => said.push(line) });
      expect(said.join('\n')).toMatch(/new id [0-9a-f]{16}.*node.*another `folder`/s);
      expect(idIn(other.state)).not.toBe(idIn(state));
      expect(second).toMatchObject({ adopted: false, adoptedProcesses: [], configEpoch: 1 });
      expect([processesOf(state).length, processesOf(other.state).length]).toEqual([5, 5]);
      const node = statePaths(other.state).node('here');
      expect(readFileSync(join(node, 'owner'), 'utf8').split('\n')[0]).toBe(idIn(other.state));
      expect(['jobs', 'records', 'fences', 'datasets/games/one'].map((name) => existsSync(join(node, name)))).toEqual([false, false, false, true]);
      await expect(upAt(other, { place: 'copied' })).rejects.toMatchObject({ code: 'config.state-place' });
      expect(await upAt(other)).toMatchObject({ adopted: true });
      await harness.launcher.down({ state: other.state, purge: true });
      expect(pidsOf((await up()).processes)).toEqual(pidsOf(first.processes));
      expect(existsSync(join(statePaths(state).node('here'), 'records/a/1'))).toBe(true);
    } finally {
      await harness.launcher.down({ state: other.state });
      await expectNothingLeft(other);
      removeTestCluster(other);
    }
  },
  limitMs,
);
