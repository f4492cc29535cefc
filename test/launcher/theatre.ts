/** The prologue of the launcher's test files: one stage, a scene for each test, and short words for what they ask. What a scene leaves fails its test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { buildStage, closeScene, expectNothingLeft, openScene, type Scene, type Stage } from './harness.ts';
import { eventually } from '../support/eventually.ts';

export const limitMs = 60_000;
let built: Stage | undefined;
let opened: Scene | undefined;

export const theatre = {
  get stage() {
    return built ?? expect.fail('the stage was not built');
  },
  get scene() {
    return opened ?? expect.fail('no scene was opened');
  },
  /** Another scene in the place of the one that was opened. */
  change: (scene: Scene): void => void (opened = scene),
};

export function openTheatre(): void {
  beforeAll(async () => {
    built = await buildStage();
  }, limitMs);
  afterAll(() => built?.close());
  beforeEach(async () => {
    opened = await openScene();
  });
  afterEach(async () => {
    const { stage, scene } = theatre;
    try {
      await stage.verbs.down({ state: scene.state });
      await expectNothingLeft(scene);
    } finally {
      closeScene(scene);
    }
  }, limitMs);
}

export const up = (options: object = {}) =>
  theatre.stage.verbs.up({
    clusterFile: theatre.scene.clusterFile,
    env: theatre.scene.env,
    distFolder: theatre.stage.dist,
    limitMs: 30_000,
    ...options,
  });
export const pidsOf = (processes: readonly ProcessView[]) => Object.fromEntries(processes.map(({ name, pid }) => [name, pid]));
export const views = (): readonly ProcessView[] =>
  JSON.parse(readFileSync(join(theatre.scene.state, 'run', 'launcher-state.json'), 'utf8')) as readonly ProcessView[];
export const viewOf = (name: string): ProcessView | undefined => views().find((view) => view.name === name);
export const runningCluster = () => JSON.parse(readFileSync(join(theatre.scene.state, 'run', 'cluster.json'), 'utf8')) as RunningCluster;
export const restarted = (name: string, before: number) =>
  eventually(`${name} runs again`, () => {
    const view = viewOf(name);
    return view !== undefined && view.state === 'running' && view.pid !== before ? view : undefined;
  });

export async function withClient(at: Scene, use: (client: Client) => Promise<unknown>): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${at.temporalPort}` });
  try {
    await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
