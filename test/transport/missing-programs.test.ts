/** A node that lacks a program is refused by the name of the program. The package of the fix is installed, and the node works. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodePrograms } from '../../src/domain/node/node-programs.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { aroundHost } from '../support/around-host.ts';
import { until } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import { install, programsOf } from '../support/programs-of.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { readRepositoryFile } from '../support/repository.ts';
import { sha256 } from '../support/sha256.ts';

const temporary = ownTemporaryFolder();
const bin = programsOf(temporary);
let host: PracticeHost;
aroundHost(async () => (host = await PracticeHost.start('m', temporary, { path: bin })));

let count = 0;
const open = (): Machine =>
  openMachine({
    node: 'm' as NodeId,
    owner: ownerNamed(host.cluster),
    folder: join(host.node.home, `folder-${(count += 1)}`),
    connect: host.connect(),
  });

async function push(machine: Machine): Promise<void> {
  const from = mkdtempSync(join(temporary, 'tree-'));
  writeFileSync(join(from, 'file'), from);
  expect(await machine.copy({ type: 'push-tree', dataset: 'tree', from })).toMatchObject({ changed: true });
}

/** Runs a job whose outputs are kept. Each try is a job of its own. */
async function runJob(machine: Machine): Promise<void> {
  const job: JobRef = { item: `missing.${(count += 1)}` as ItemId, epoch: 1 };
  const manifest = `{"v":1,"files":[{"path":"a","sha256":"${sha256('games\n')}","bytes":6}],"result":{"ok":1}}`;
  const argv = ['sh', '-c', `cd "$RINGMASTER_OUTPUT" && echo games >a && echo '${manifest}' >manifest.json`];
  await machine.start({ job, argv, env: {}, seed: 1, requestJson: '{}', inputs: [], limits: { runSecondsMax: 100, silentSecondsMax: 100 } });
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  await machine.manifest(job);
  await machine.settle(job, [{ path: 'a', to: 'dataset:games/1' }]);
}

const rows: readonly (readonly [name: string, use: (machine: Machine) => Promise<unknown>])[] = [
  ...['sed', 'tr', 'stat', 'find'].map((name) => [name, push] as const),
  ...['head', 'env', 'setsid', 'dirname', 'flock'].map((name) => [name, runJob] as const),
  ...['ln', 'chmod', 'readlink', 'grep'].map((name) => [name, (machine: Machine) => machine.probe()] as const),
];

test.each(rows)('a node without %s: transport.no-shell-tool, and the package of the fix works', async (name, use) => {
  rmSync(join(bin, name));
  const machine = open();
  const failure = (await rejectionOf(use(machine))) as RingmasterError;
  expect(failure).toMatchObject({ code: 'transport.no-shell-tool', message: `Cannot use node m because it lacks ${name}` });
  const [, named = '', ofPackage = ''] =
    /^installing (\S+) there \(on Debian and Ubuntu: apt-get install (\S+)\)$/.exec(failure.hint?.say ?? '') ?? [];
  expect(ofPackage).toBe(nodePrograms[name]);
  install(bin, named);
  await use(machine);
  await machine.close();
});

test('the probe of a node without several programs names all of them, and each package once', async () => {
  for (const name of ['sed', 'stat', 'tail']) rmSync(join(bin, name));
  const machine = open();
  const failure = (await rejectionOf(machine.probe())) as RingmasterError;
  expect(failure.message).toBe('Cannot use node m because it lacks sed, stat, tail');
  const [, named = '', packages] = /^installing (.*) there \(.*: apt-get install (.*)\)$/.exec(failure.hint?.say ?? '') ?? [];
  expect(packages).toBe('sed coreutils');
  for (const name of named.split(', ')) install(bin, name);
  await machine.probe();
  await machine.close();
});

test('a node without a program for checksums: transport.no-shell-tool for a job, and the program of the fix works', async () => {
  const machine = open();
  await runJob(machine);
  for (const name of ['sha256sum', 'shasum', 'openssl']) rmSync(join(bin, name), { force: true });
  const failure = (await rejectionOf(runJob(machine))) as RingmasterError;
  expect(failure).toMatchObject({ code: 'transport.no-shell-tool' });
  const [, named = ''] = /^installing (\S+) there$/.exec(failure.hint?.say ?? '') ?? [];
  install(bin, named);
  await runJob(machine);
  await machine.close();
});

test('a failure of a node that has every program keeps its code', async () => {
  const machine = open();
  await machine.probe();
  expect(await rejectionOf(machine.read('nowhere', { bytesMax: 10 }))).toMatchObject({ code: 'transport.command' });
  await machine.close();
});

test('each program that the programs on a node run is one that a node must have, or is listed as one that a node can lack', () => {
  const canLack = 'curl dd df mkfifo od openssl rsync sha256sum shasum tar timeout wget'.split(' ');
  const builtins = '[ cd command echo kill printf pwd read shopt test true ulimit umask wait'.split(' ');
  const text = readRepositoryFile('src/transport/script/library/environment.sh');
  const [, list = ''] = /unset -f ((?:.*\\\n)*.*)\n/.exec(text) ?? [];
  const found = list
    .replaceAll(/[\\']/g, ' ')
    .split(/\s+/)
    .filter((name) => name !== '');
  expect(found.length).toBeGreaterThan(40);
  expect(found.filter((name) => !canLack.includes(name) && !builtins.includes(name)).toSorted()).toEqual(Object.keys(nodePrograms).toSorted());
});
