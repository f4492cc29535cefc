/**
 * Two practice nodes on one machine. Neither node can reach the files, processes or keys of the other, and everything that is made for the nodes is
 * removed. When an ordinary user runs this test, both nodes have that user, and only keys, folders and marks separate the nodes.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '../../src/domain/ids.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import { writeOnNode } from '../support/write-on-node.ts';
import { coded } from './conformance/machine-harness.ts';
import { isAlive } from '../support/processes.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

const temporary = ownTemporaryFolder();
const job = { item: 'same.1.name.1' as ItemId, epoch: 1 };
const request = {
  job,
  argv: ['sleep', '300'],
  env: {},
  seed: 1,
  requestJson: '{}',
  inputs: [],
  limits: { runSecondsMax: 300, silentSecondsMax: 300 },
};

let one: PracticeHost;
let two: PracticeHost;
let first: Machine;
let second: Machine;
beforeAll(async () => {
  one = await PracticeHost.start('one', temporary);
  two = await PracticeHost.start('two', temporary);
  first = one.machine();
  second = two.machine();
}, 60_000);
afterAll(async () => {
  await Promise.all([one.closeMachines(), two.closeMachines()]);
  const leaks = [...(await one.remove()), ...(await two.remove())];
  const left = [one, two].flatMap(({ node }) => [node.home, node.identityFile, node.knownHostsFile].filter((path) => existsSync(path)));
  rmSync(temporary, { recursive: true, force: true });
  if (leaks.length + left.length > 0) throw new Error(`left behind: ${[...leaks, ...left].join('; ')}`);
}, 60_000);

describe('two nodes', { timeout: 60_000 }, () => {
  test('have their own homes, keys and folders, closed to other users', async () => {
    await writeOnNode(first, 'note', 'mine');
    for (const path of [one.node.home, one.node.folder, join(one.node.identityFile, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(one.node.identityFile).mode & 0o077).toBe(0);
    if (isRoot) expect(statSync(one.node.home).uid).not.toBe(statSync(two.node.home).uid);
    expect(one.node.identityFile).not.toBe(two.node.identityFile);
  });

  refusedWithoutRoot('the isolation of two nodes with users of their own');

  test.runIf(isRoot)('cannot read, list, change or stop anything of the other node', async () => {
    await writeOnNode(first, 'secret', 'mine');
    const { pid } = await first.start(request);
    const refused = async (...argv: string[]) =>
      expect(await second.run({ argv, timeoutMs: 20_000 })).toMatchObject({ stdout: '', code: expect.not.toBeOneOf([0]) as number });
    await refused('cat', join(one.node.folder, 'secret'));
    await refused('ls', one.node.home);
    await refused('cat', one.node.identityFile);
    await refused('touch', one.node.authorizedKeys);
    await refused('touch', join(one.node.folder, 'new'));
    await refused('cat', `/proc/${pid}/environ`);
    await refused('kill', '-KILL', String(pid));
    await expect(second.read(join(one.node.folder, 'secret'), { bytesMax: 10 })).rejects.toEqual(coded('transport.command'));
    expect(isAlive(pid)).toBe(true);
    await first.stop(job, 0);
  });

  test('stop only their own job, although both jobs have the same name', async () => {
    const [a, b] = await Promise.all([first.start(request), second.start({ ...request, job: { ...job } })]).catch(() => [undefined, undefined]);
    // The previous test stopped this epoch, so a start of this epoch adopts the stopped job. A start of a later epoch starts a new job.
    const later = { ...job, epoch: 2 };
    const mine = a?.adopted === true ? await first.start({ ...request, job: later }) : a;
    expect(await second.stop(job, 0)).toEqual({ stopped: 1 });
    expect(isAlive(mine!.pid)).toBe(true);
    expect(isAlive(b!.pid)).toBe(false);
    expect(await second.stopAll(0)).toEqual({ stopped: 0 });
    expect(isAlive(mine!.pid)).toBe(true);
    expect(await first.stopAll(0)).toEqual({ stopped: 1 });
  });

  test('refuse the key of the other node', async () => {
    const stranger = one.machine({ identityFile: two.node.identityFile });
    await expect(stranger.probe()).rejects.toEqual(coded('transport.authentication'));
  });

  test('accept no password', () => {
    const { host, port, user } = one.node;
    const ask = () =>
      execFileSync(
        'ssh',
        [
          '-v',
          '-F',
          'none',
          '-o',
          'BatchMode=yes',
          '-o',
          `UserKnownHostsFile=${one.node.knownHostsFile}`,
          '-o',
          'PubkeyAuthentication=no',
          '-p',
          String(port),
          `${user}@${host}`,
          'true',
        ],
        { stdio: 'pipe', encoding: 'utf8' },
      );
    expect(ask).toThrow(/Permission denied \(publickey\)/);
  });
});
