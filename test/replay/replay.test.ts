/**
 * Recorded histories must always replay. Each release has a folder of histories. A change that breaks the replay of a tagged release needs
 * `patched()`. A release without a tag (0.1.0 has none yet) may be recorded again, because no running workflow depends on the release.
 * `scripts/record-histories.mjs` records the histories from a real cluster. These tests also prove that protobufjs 8 is a direct dependency, because
 * replay fails without it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { type EntityType, stateVersion, upgradeState } from '../../src/contract/carried-state.ts';
import { workflowTypes } from '../../src/contract/workflows.ts';

const here = new URL('.', import.meta.url).pathname;
const bundle = join(here, '../../dist/workflow-bundle.js');
const histories = (release: string): string[] => readdirSync(join(here, 'history', release));

describe.each(readdirSync(join(here, 'history')))('histories of release %s', (release) => {
  it('contain one history of each workflow type of the release', () => {
    expect([...new Set(histories(release).map((file) => file.split('.')[0]))].toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))).toEqual(
      [...workflowTypes].toSorted((a, b) => (a ?? '').localeCompare(b ?? '')),
    );
  });

  it.each(histories(release))('%s replays', async (file) => {
    expect(existsSync(bundle), 'npm test builds the bundle first').toBe(true);
    const history: unknown = JSON.parse(readFileSync(join(here, 'history', release, file), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: { codePath: bundle } }, history, file);
  });

  it('a history of another workflow is refused', async () => {
    const text = readFileSync(join(here, 'history', release, 'enqueue.json'), 'utf8').replaceAll('"name": "enqueue"', '"name": "cancel"');
    await expect(Worker.runReplayHistory({ workflowBundle: { codePath: bundle } }, JSON.parse(text), 'x')).rejects.toThrow(/Nondeterminism/);
  });
});

describe('carried state', () => {
  const fixtures = readdirSync(join(here, 'state'));
  it.each(fixtures)('%s is upgraded to the current version', (file) => {
    const type = file.split('.')[0] as EntityType;
    const upgraded = upgradeState(type, JSON.parse(readFileSync(join(here, 'state', file), 'utf8')));
    expect(upgraded.v).toBe(stateVersion(type));
  });
  it('a dispatcher state without reconciledAtMs keeps its open jobs and counts as never reconciled', () => {
    const open = [{ job: { item: 'x.1', epoch: 2 }, node: 'b', slots: 1 }];
    const before = JSON.parse(readFileSync(join(here, 'state', 'dispatcher.v1.json'), 'utf8')) as object;
    expect(upgradeState('dispatcher', { ...before, open })).toEqual({ v: 2, open, reconciledAtMs: 0 });
  });
  it('has a fixture for each entity', () => {
    expect([...new Set(fixtures.map((file) => file.split('.')[0]))].toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))).toEqual([
      'daemon',
      'daemonManager',
      'dispatcher',
      'node',
      'pipeline',
    ]);
  });
  it('an unknown or missing version is refused', () => {
    for (const state of [{ v: 99 }, {}, null, { v: '1' }]) expect(() => upgradeState('dispatcher', state)).toThrow(/this release knows 1 to/);
  });
});
