import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectCluster, parseCluster } from '../../src/config/load-cluster.ts';
import { readRunningCluster, requireRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { ownName } from '../../src/system/own-user.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { sentenceThrownBy } from '../support/sentence-thrown-by.ts';

const nobody = 65_534;
let parent: string;
let folder: string;
let running: RunningCluster;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ringmaster-running-'));
  folder = join(parent, 'state');
  const config = parseCluster('{ cluster: demo, state: state, nodes: [{ id: here, local: true }] }', join(parent, 'cluster.yaml'));
  running = { config, configEpoch: 3, temporalAddress: '127.0.0.1:7233', temporalEmbedded: true, source: 'cluster.yaml' };
});
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
  rmSync(parent, { recursive: true });
});

test('the file is read as it was written, no temporary file is left, and only its owner may read it', () => {
  writeRunningCluster(running);
  writeRunningCluster({ ...running, configEpoch: 4 });
  expect(readRunningCluster(folder)).toEqual({ ...running, configEpoch: 4 });
  expect(readdirSync(join(folder, 'run'))).toEqual(['cluster.json']);
  expect(statSync(statePaths(folder).runningCluster).mode & 0o777).toBe(0o600);
});

test('an absent file is undefined, or a failure for a process that needs it', () => {
  expect(readRunningCluster(folder)).toBeUndefined();
  expect(sentenceThrownBy(() => requireRunningCluster(folder))).toMatch(
    /Cannot find a cluster in .* because .*cluster\.json is not there; try ringmaster up/,
  );
});

refusedWithoutRoot('the state folder of another user');

test.runIf(isRoot)(
  'the state folder of another user is named with its owner, for every verb and for up, and the fix of up is a folder that is taken',
  () => {
    const file = join(parent, 'cluster.yaml');
    const faultsOf = (state: string) => inspectCluster(`{ cluster: demo, state: ${state}, nodes: [{ id: here, local: true }] }`, file).faults;
    writeRunningCluster(running);
    chmodSync(parent, 0o777);
    process.seteuid?.(nobody);
    expect(sentenceThrownBy(() => readRunningCluster(folder))).toBe(
      `Cannot use the state folder ${folder} because it belongs to root, and ${ownName({})} may not change it; try the same command as root, or a cluster of your own (\`ringmaster demo\`, or \`ringmaster up --file\` with another state folder)`,
    );
    const [fault] = faultsOf('state');
    expect(fault).toMatchObject({ code: 'config.state-folder', what: expect.stringContaining('belongs to root') });
    expect(faultsOf(fault?.hint.split(',')[0] ?? '')).toEqual([]);
  },
);

test.each(['{"config":', '{"config":{"v":2}}'])('the damaged file %s: its removal and a start work, as the fix says', (text) => {
  writeRunningCluster(running);
  const file = statePaths(folder).runningCluster;
  writeFileSync(file, text);
  let hint: Hint | undefined;
  try {
    readRunningCluster(folder);
  } catch (error) {
    ({ hint } = error as RingmasterError);
  }
  expect(hint).toEqual({ say: 'removing it, then starting the cluster', run: 'ringmaster up' });
  rmSync(file);
  expect(readRunningCluster(folder)).toBeUndefined();
  // This is the write of `up`.
  writeRunningCluster(running);
  expect(requireRunningCluster(folder)).toEqual(running);
});

test('a file that is incomplete or of another version is refused', () => {
  writeRunningCluster(running);
  writeFileSync(statePaths(folder).runningCluster, '{"config":');
  expect(() => readRunningCluster(folder)).toThrow(/is not JSON/);
  writeFileSync(statePaths(folder).runningCluster, '{"config":{"v":2}}');
  expect(() => readRunningCluster(folder)).toThrow(/another version of Ringmaster/);
});
