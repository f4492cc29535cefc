/** The fix of a node's folder that may not be used, and of a secret without a value, works when a person follows it to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { placeKey } from '../../src/domain/node/place.ts';
import { ensureUser, removeUser } from '../../src/practice/practice-user.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { readSecret } from '../../src/transport/read-secret.ts';
import { until } from '../support/eventually.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { programsOf } from '../support/programs-of.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { coded } from './conformance/machine-harness.ts';

ownTemporaryFolder();
const [first = '', second = ''] = ['a', 'b'].map((id) => `${id}-fix-${process.pid}`);
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'node-'));
const open = (id: string, folder: string, place?: string): Machine =>
  openMachine({
    node: 'here' as NodeId,
    owner: { id, name: 'lab', says: `lab (someone@home:/state/${id})`, isUpgraded: false },
    folder,
    connect: { type: 'local' },
    ...(place === undefined ? {} : { place: () => place }),
  });
const hello = async (machine: Machine): Promise<string> => (await machine.run({ argv: ['printf', 'hello'], timeoutMs: 20_000 })).stdout;
const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;
/** Returns the folder that a cluster file gives the node by this key. */
const folderIn = (key: string, value: string): string => {
  const text = `cluster: lab\nstate: ${newFolder()}\nnodes: [{ id: here, local: true, ${key}: ${value} }]\n`;
  return parseCluster(text, join(tmpdir(), 'cluster.yaml')).nodes[0]?.folder ?? '';
};

afterAll(async () => {
  for (const id of [first, second]) expect(await leaksOf(id)).toEqual([]);
});

test('a folder of another cluster: another folder works, and so does the command that clears it', async () => {
  const folder = newFolder();
  await hello(open(first, folder));
  const failure = await refusal(hello(open(second, folder)));
  expect(failure).toEqual(coded('node.foreign-owner'));
  const says = /^another `(\w+)` for node here in the cluster file\. If the other cluster no longer exists, this command clears its folder: (.*)$/s;
  const [, key = '', clear = ''] = says.exec(failure.hint?.say ?? '') ?? [];
  expect(await hello(open(second, folderIn(key, newFolder())))).toBe('hello');
  expect(spawnSync('sh', ['-c', clear]).status).toBe(0);
  expect(await hello(open(second, folder))).toBe('hello');
});

test('a folder with files of others: the folder that the fix names works', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'jobs'));
  const failure = await refusal(hello(open(first, folder)));
  expect(failure).toEqual(coded('node.foreign-files'));
  const [, key = '', named = ''] =
    /^another `(\w+)` for node here in the cluster file that is new or empty, such as (\S+)$/.exec(failure.hint?.say ?? '') ?? [];
  expect(named).toBe(`${folder}/ringmaster`);
  expect(await hello(open(first, folderIn(key, named)))).toBe('hello');
});

test('a file system without hard links: the failure says so, and another folder works', async () => {
  const bin = programsOf(newFolder(), (name) => name !== 'ln');
  const said = "ln: failed to create hard link 'owner' => '.owner.1': Operation not permitted";
  writeFileSync(join(bin, 'ln'), `#!/bin/sh\ncase $PWD in *exfat*) echo "${said}" >&2; exit 1 ;; esac\nexec /bin/ln "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  const failure = await refusal(hello(open(first, join(newFolder(), 'exfat'))));
  expect(failure).toEqual(coded('transport.command'));
  expect(failure.message).toContain(`because ringmaster: cannot make a hard link in the folder: ${said}`);
  const [, key = ''] =
    /^another `(\w+)` of the node in the cluster file, on a file system with hard links, such as ext4/.exec(failure.hint?.say ?? '') ?? [];
  expect(await hello(open(first, folderIn(key, newFolder())))).toBe('hello');
  vi.unstubAllEnvs();
});

test('another machine under the name of a node: the old place works again', async () => {
  const [old, other] = [newFolder(), newFolder()];
  const { place } = await open(first, old).probe();
  if (place === undefined) throw new Error('the probe reports no place');
  await hello(open(first, old, placeKey(place)));
  const failure = await refusal(hello(open(first, other, placeKey(place))));
  expect(failure).toEqual(coded('node.other-machine'));
  expect(failure.hint?.say).toMatch(/^pointing the cluster file at the old machine again\./);
  expect(await hello(open(first, folderIn('folder', old), placeKey(place)))).toBe('hello');
});

test('the folder of a job that runs: it is removed when the job is stopped first', async () => {
  const machine = open(first, newFolder());
  const job = { item: 'busy' as ItemId, epoch: 1 };
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  await machine.start({ job, argv: ['sleep', '300'], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  const failure = await refusal(machine.forget([job]));
  expect(failure).toEqual(coded('transport.busy'));
  expect(failure.hint).toEqual({ say: 'stopping it first' });
  await machine.stop(job, 0);
  await machine.forget([job]);
});

test('an output that the program did not write: the outputs as they are written work', async () => {
  const machine = open(first, newFolder());
  const job = { item: 'settled' as ItemId, epoch: 1 };
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  const argv = ['sh', '-c', 'echo model >"$RINGMASTER_OUTPUT/model"'];
  await machine.start({ job, argv, env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  const settle = (path: string) => machine.settle(job, [{ path, to: 'dataset:models' }]);
  const failure = await refusal(settle('modle'));
  expect(failure).toEqual(coded('job.no-output'));
  expect(failure.hint).toEqual({ say: 'comparing the outputs of the item with what its program writes' });
  await settle('model');
  expect(String(await machine.read(`datasets/models/${job.item}.model`, { bytesMax: 10 }))).toBe('model\n');
});

test('a secret without a value: it is read when it has one', () => {
  const ref = { fromFile: join(newFolder(), 'token') } as const;
  const read = (): string | RingmasterError => {
    try {
      return readSecret(ref);
    } catch (error) {
      return error as RingmasterError;
    }
  };
  const failure = read();
  expect(failure).toEqual(coded('secret.missing'));
  expect((failure as RingmasterError).hint?.say).toMatch(/^giving the secret its value, then /);
  writeFileSync(ref.fromFile, 'value\n');
  expect(read()).toBe('value');
});

refusedWithoutRoot('a practice user whose name is taken');

test.runIf(isRoot)('a practice user whose name is taken: another name works', () => {
  const home = newFolder();
  const make = (name: string) => () => ensureUser(name, home, () => undefined);
  let failure: RingmasterError | undefined;
  try {
    make('daemon')();
  } catch (error) {
    failure = error as RingmasterError;
  }
  expect(failure).toEqual(coded('config.invalid'));
  expect(failure?.hint?.say).toMatch(/^another name for the cluster or the node, or /);
  const name = `rmt-${process.pid}-fix`;
  make(name)();
  expect(execFileSync('id', ['-un', name], { encoding: 'utf8' })).toBe(`${name}\n`);
  removeUser(name, home);
});
