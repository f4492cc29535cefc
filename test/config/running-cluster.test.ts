import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { readRunningCluster, requireRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { sentenceThrownBy } from '../support/sentence-thrown-by.ts';

let parent: string;
let folder: string;
let running: RunningCluster;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ringmaster-running-'));
  folder = join(parent, 'state');
  const config = parseCluster('{ cluster: demo, state: state, nodes: [{ id: here, local: true }] }', join(parent, 'cluster.yaml'));
  running = { config, configEpoch: 3, temporalAddress: '127.0.0.1:7233', temporalEmbedded: true, source: 'cluster.yaml' };
});
afterEach(() => rmSync(parent, { recursive: true }));

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

test('a file that is incomplete or of another version is refused', () => {
  writeRunningCluster(running);
  writeFileSync(statePaths(folder).runningCluster, '{"config":');
  expect(() => readRunningCluster(folder)).toThrow(/is not JSON/);
  writeFileSync(statePaths(folder).runningCluster, '{"config":{"v":2}}');
  expect(() => readRunningCluster(folder)).toThrow(/another version of Ringmaster/);
});
