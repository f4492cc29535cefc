/** Paths that the system refuses to look at: each is a fault of its key, beside the other faults of the file. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCluster } from '../../src/config/load-cluster.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { isRoot } from '../support/root.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();
const nobody = 65_534;

const refused = (path: string): string => {
  try {
    loadCluster(path);
  } catch (error) {
    if (error instanceof RingmasterError) return `${error.message}\n${error.hint?.say ?? ''}`;
    throw error;
  }
  return 'accepted';
};

/** Runs a function as an ordinary user. */
function asOrdinaryUser<T>(run: () => T): T {
  if (isRoot) process.seteuid?.(nobody);
  try {
    return run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test('a link in a circle and a name that is too long are faults of their keys, beside the other faults', () => {
  const loop = join(folder.path, 'loop');
  symlinkSync('loop', loop);
  const ring = join(folder.path, 'ring');
  symlinkSync('ring', ring);
  symlinkSync('loop.js', join(folder.path, 'payload', 'loop.js'));
  const long = 'n'.repeat(300);
  const circle = (path: string): string => `${path} leads in a circle of symbolic links; try another path, or \`rm\` of the link that leads back`;
  const tooLong = (path: string): string => `${path} has a name that is longer than the file system allows; try a shorter name`;
  expect(
    folder.faultsOf(
      `cluster: My Lab\nstate: ring/state\nnodes:\n  - { id: a, ssh: { host: x, identityFile: loop, knownHostsFile: ${long} } }\n` +
        `datasets:\n  - { id: d, origin: home, path: loop }\n  - { id: e, origin: home, path: ${long}/x }\n`,
    ),
  ).toEqual([
    expect.stringContaining('cluster.yaml:1: cluster: "My Lab" is not a name'),
    `cluster.yaml:2: state: ${circle(`${ring}/state`)}`,
    `cluster.yaml:4: nodes[0].ssh.identityFile: ${circle(loop)}`,
    `cluster.yaml:4: nodes[0].ssh.knownHostsFile: ${tooLong(join(folder.path, long))}`,
    `cluster.yaml:6: datasets[0].path: ${circle(loop)}`,
    `cluster.yaml:7: datasets[1].path: ${tooLong(join(folder.path, long, 'x'))}`,
  ]);
  expect(folder.faultsOf(withPipeline('train', 'verify: ["{payload}/loop.js"]').replace('payload: payload', 'payload: loop'))).toEqual([
    `cluster.yaml:6: pipelines[0].payload: ${circle(loop)}`,
  ]);
  expect(folder.faultsOf(withPipeline('train', 'verify: ["{payload}/loop.js"]'))).toEqual([
    `cluster.yaml:8: pipelines[0].train.verify[0]: ${circle(join(folder.path, 'payload', 'loop.js'))}`,
  ]);
  symlinkSync('circle.yaml', join(folder.path, 'circle.yaml'));
  expect(refused(join(folder.path, 'circle.yaml'))).toContain('leads in a circle of symbolic links');
});

test('a path below a folder that the user may not enter is a fault of its key', () => {
  const locked = join(folder.path, 'locked');
  mkdirSync(join(locked, 'data'), { recursive: true });
  writeFileSync(join(locked, 'cluster.yaml'), '');
  chmodSync(folder.path, 0o755);
  chmodSync(locked, 0o600);
  const file = `cluster: demo\nnodes: [{ id: a, local: true }]\ndatasets: [{ id: d, origin: home, path: locked/data }]\nlimits: { probe: 5 }\n`;
  try {
    expect(asOrdinaryUser(() => folder.faultsOf(file))).toEqual([
      expect.stringMatching(
        `^cluster.yaml:3: datasets\\[0\\].path: ${locked}/data cannot be reached: \\S+ may not enter a folder on the way; try \`namei -l ${locked}/data\`, which shows the rights of each folder, and \`chmod \\+x\` for that folder$`,
      ),
      expect.stringContaining('cluster.yaml:4: limits.probe: 5 has no unit'),
    ]);
    expect(asOrdinaryUser(() => refused(join(locked, 'cluster.yaml')))).toContain('may not enter a folder on the way');
  } finally {
    chmodSync(locked, 0o700);
  }
});

test('a pipe or a device is refused at once as a cluster file', () => {
  const pipe = join(folder.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/full', '/dev/zero', '/dev/null']) expect(refused(path)).toMatch(/it is a (pipe|device), and not a file/);
});
