/**
 * Hooks and short names for the launcher's test files. Each file compiles one launcher, and each test has its own cluster. A test fails when its
 * cluster leaves something behind.
 */
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { readProcesses } from '../../src/service/cluster/read-processes.ts';
import { eventually } from '../support/eventually.ts';
import { buildLauncher, type BuiltLauncher } from './build-launcher.ts';
import { expectNothingLeft, makeTestCluster, removeTestCluster, type TestCluster } from './test-cluster.ts';

export const limitMs = 60_000;
let launcher: BuiltLauncher | undefined;
let cluster: TestCluster | undefined;

export const harness = {
  get launcher() {
    return launcher ?? expect.fail('the launcher was not built');
  },
  get cluster() {
    return cluster ?? expect.fail('no cluster was made');
  },
  /** Uses another cluster from now on. */
  replaceCluster: (other: TestCluster): void => void (cluster = other),
};

export function useLauncher(): void {
  beforeAll(async () => {
    launcher = await buildLauncher();
  }, limitMs);
  afterAll(() => launcher?.remove());
  beforeEach(async () => {
    cluster = await makeTestCluster();
  });
  afterEach(async () => {
    try {
      await down();
      await expectNothingLeft(harness.cluster);
    } finally {
      removeTestCluster(harness.cluster);
    }
  }, limitMs);
}

export const up = (options: object = {}) =>
  harness.launcher.up({
    clusterFile: harness.cluster.clusterFile,
    env: harness.cluster.env,
    distFolder: harness.launcher.dist,
    limitMs: 30_000,
    ...options,
  });
export const down = (state = harness.cluster.state) => harness.launcher.down({ state });
export const pidsOf = (processes: readonly ProcessView[]) => Object.fromEntries(processes.map(({ name, pid }) => [name, pid]));
export const views = (): readonly ProcessView[] => readProcesses(harness.cluster.state);
export const viewOf = (name: string): ProcessView | undefined => views().find((view) => view.name === name);
export const runningCluster = () => requireRunningCluster(harness.cluster.state);
export const restarted = (name: string, before: number) =>
  eventually(`${name} runs again`, () => {
    const view = viewOf(name);
    return view !== undefined && view.state === 'running' && view.pid !== before ? view : undefined;
  });

export async function withClient(at: TestCluster, use: (client: Client) => Promise<unknown>): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${at.temporalPort}` });
  try {
    await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
