/** Tests that a state folder is refused when it is a folder that a person works in: `down --purge` removes our files from it. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { repository } from '../support/repository.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();
const faultsWith = (state: string): readonly string[] => folder.faultsOf(`state: ${JSON.stringify(state)}\n${withPipeline()}`);

describe('a state folder', () => {
  it.each(['.', '..', '/', '~', './payload', 'openings/..', 'payload/../../.', dirname(homedir()), '/tmp', '/etc'])('%s is refused', (state) => {
    const before = readdirSync(folder.path);
    expect(faultsWith(state)).toEqual([expect.stringMatching(/^cluster\.yaml:1: state: \S+ is (or holds|not empty)/)]);
    expect(readdirSync(folder.path)).toEqual(before);
  });

  it('whose path has a line break is refused, also when only the folder of the cluster file has it, and the fix is a folder that is taken', () => {
    const inside = join(folder.path, 'two\nlines');
    mkdirSync(inside);
    const payload = join(folder.path, 'payload');
    const faults = (state: string) =>
      inspectCluster(`${state}\n${withPipeline().replace('payload: payload', `payload: ${payload}`)}`, join(inside, 'cluster.yaml')).faults;
    const [fault] = faults('');
    expect(fault?.what).toContain('two\\nlines/.state", has a line break');
    expect(faultsWith('a\tb')).toEqual([expect.stringContaining('control character')]);
    expect(faults(`state: ${fault?.hint.split(',')[0]}`)).toEqual([]);
  });

  it('that holds this installation is refused', () => {
    expect(faultsWith(repository)).toEqual([expect.stringContaining('is or holds the folder of Ringmaster itself')]);
  });

  it('is followed through symbolic links', () => {
    symlinkSync('.', join(folder.path, 'link'));
    symlinkSync('payload', join(folder.path, 'other'));
    expect(faultsWith('link')).toEqual([expect.stringContaining('this cluster file')]);
    expect(faultsWith('link/other')).toEqual([expect.stringContaining('the payload of pipeline')]);
    expect(faultsWith('link/new/state')).toEqual([]);
  });

  it('that is not empty and that no cluster made is refused, and its files are named', () => {
    const state = join(folder.path, 'mine');
    mkdirSync(join(state, 'data'), { recursive: true });
    writeFileSync(join(state, 'notes.txt'), '');
    expect(faultsWith('mine')).toEqual([expect.stringContaining('is not empty, and no cluster made it: it contains data, notes.txt')]);
    writeFileSync(join(folder.path, 'file'), '');
    expect(faultsWith('file')).toHaveLength(1);
  });

  it('that is new, empty, a new file system or that of a cluster is accepted', () => {
    expect(faultsWith('new/state')).toEqual([]);
    mkdirSync(join(folder.path, 'empty', 'lost+found'), { recursive: true });
    expect(faultsWith('empty')).toEqual([]);
    ensureIdentity(join(folder.path, 'ours'), 'lab');
    writeFileSync(join(folder.path, 'ours', 'notes.txt'), '');
    expect(faultsWith('ours')).toEqual([]);
    const old = statePaths(join(folder.path, 'old'));
    mkdirSync(old.run, { recursive: true });
    writeFileSync(old.runningCluster, JSON.stringify({ config: { v: 1 }, configEpoch: 1 }));
    expect(faultsWith('old')).toEqual([]);
  });
});

describe('the fix of a refused state folder', () => {
  const fill = (name: string): void => {
    mkdirSync(join(folder.path, name), { recursive: true });
    writeFileSync(join(folder.path, name, 'notes.txt'), '');
  };
  const fixed = (text: string): readonly string[] => {
    const faults = folder.faultsOf(text);
    const [, fix] = /: state: .*; try (\S+), or another new folder of its own$/m.exec(faults.join('\n')) ?? [];
    expect(fix, String(faults)).toBeDefined();
    return folder.faultsOf(`state: ${fix}\n${text.replace(/^state: .*\n/, '')}`);
  };

  it.each(['.', '/', 'payload', 'openings/..'])('names another folder than %s, and that folder is accepted', (state) => {
    expect(fixed(`state: ${state}\n${withPipeline()}`)).toEqual([]);
    fill('.state');
    expect(fixed(`state: ${state}\n${withPipeline()}`)).toEqual([]);
  });

  it('names a folder that is free when the default folder and the next one have files of others', () => {
    fill('.state');
    expect(fixed(withPipeline())).toEqual([]);
    fill('.state-2');
    expect(fixed(withPipeline())).toEqual([]);
  });

  it('names a folder outside a payload that holds the cluster file', () => {
    fill('.state');
    const text = withPipeline().replace('payload: payload', 'payload: .').replaceAll('{payload}/run.js', '{payload}/payload/run.js');
    expect(fixed(text)).toEqual([]);
  });
});

describe('a tree that holds a folder which the cluster fills', () => {
  it('is refused as a payload and as a dataset, also through a link, and the fix works', () => {
    const text = withPipeline().replace('payload: payload', 'payload: .').replaceAll('{payload}/run.js', '{payload}/payload/run.js');
    const [fault = '', ...more] = folder.faultsOf(text);
    expect(more).toEqual([]);
    expect(fault).toMatch(/^cluster\.yaml:6: pipelines\[0\]\.payload: \S+ holds the state folder \S+\.state, and everything in it is sent/);
    const fix = /try (state: \S+),/.exec(fault)?.[1] ?? 'no fix';
    expect(folder.faultsOf(`${fix}\n${text}`)).toEqual([]);
    symlinkSync('.', join(folder.path, 'here'));
    expect(folder.faultsOf(text.replace('payload: .', 'payload: here'))).toEqual([expect.stringContaining('holds the state folder')]);
    const dataset = `datasets: [{ id: all, origin: home, path: . }]\n${withPipeline()}`;
    expect(folder.faultsOf(dataset)).toEqual([expect.stringContaining('datasets[0].path: ')]);
  });

  it('is refused for the folder of a local node as well', () => {
    const text = withPipeline().replace('local: true', `local: true, folder: ${join(folder.path, 'payload', 'node')}`);
    expect(folder.faultsOf(text)).toEqual([expect.stringMatching(/holds the folder of node a .*try leaving out `folder` of the node/)]);
    expect(folder.faultsOf(withPipeline())).toEqual([]);
  });
});
