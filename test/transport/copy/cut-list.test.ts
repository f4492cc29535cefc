/** Tests that the list of a dataset is whole, or refused: a list that was cut at any place, or that has a line of another kind, publishes no version. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import { copyLimits } from '../../../src/transport/limits.ts';
import { localShell } from '../../../src/transport/local-shell.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import type { ShellRequest, ShellResult } from '../../../src/transport/shell.ts';
import { shellMachine } from '../../../src/transport/shell-machine.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { failureOf, sentence } from './copy-harness.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';

const temporary = ownTemporaryFolder();
const node = 'here' as NodeId;
let folder: string;
let to: string;
beforeEach(() => {
  folder = mkdtempSync(join(temporary, 'node-'));
  to = join(mkdtempSync(join(temporary, 'home-')), 'replica');
});

/** Returns a machine for this computer whose list of a dataset goes through `list`. */
function machineWith(list: (request: ShellRequest) => Promise<ShellResult>): Machine {
  const exec = (request: ShellRequest) => (request.outputBytesMax === copyLimits.manifestBytesMax ? list(request) : localShell.exec(request));
  return shellMachine(
    { node, owner: ownerNamed(`cut-list-${process.pid}`), folder, connect: { type: 'local' } },
    { ...localShell, exec },
    { node, folder },
  );
}

const pull = (machine: Machine) => machine.copy({ type: 'pull-tree', dataset: 'd', to });

/** Writes files into the dataset. Returns the result of the node's list. */
async function listOf(...names: readonly string[]): Promise<ShellResult> {
  let listed: ShellResult | undefined;
  const machine = machineWith(async (request) => (listed = await localShell.exec(request)));
  await machine.probe();
  mkdirSync(join(folder, 'datasets/d'), { recursive: true });
  for (const name of names) writeFileSync(join(folder, 'datasets/d', name), name);
  await machine.copy({ type: 'pull-tree', dataset: 'd', to: join(temporary, 'whole') });
  return listed ?? expect.fail('the pull asked for no list');
}

test('a list that is larger than its limit is refused at each line, and a dataset with fewer files works', async () => {
  const { stdout } = await listOf('a', 'b', 'c');
  const limited = (outputBytesMax: number) => machineWith((request) => localShell.exec({ ...request, outputBytesMax }));
  for (let bytes = stdout.indexOf('\n') + 1; bytes < stdout.length; bytes = stdout.indexOf('\n', bytes) + 1) {
    const failure = await failureOf(pull(limited(bytes)));
    expect(failure, `${bytes} of ${stdout.length}`).toMatchObject({ code: 'sync.tree-refused' });
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(failure.hint?.say).toMatch(/^fewer files in the dataset\b/);
  }
  expect(readdirSync(join(to, '..'))).toEqual([]);
  rmSync(join(folder, 'datasets/d/c'));
  expect(await pull(limited(stdout.length - 1))).toMatchObject({ files: 2, changed: true });
});

test('a list without its end line is not taken for the whole list, wherever it ends', async () => {
  const listed = await listOf('a', 'b', 'c');
  const { length } = listed.stdout;
  await pull(machineWith(async () => listed));
  for (let bytes = 0; bytes < length; bytes += 1) {
    const failure = await failureOf(pull(machineWith(async () => ({ ...listed, stdout: listed.stdout.subarray(0, bytes) }))));
    expect(failure, `${bytes} of ${length}`).toMatchObject({ code: 'sync.interrupted' });
  }
  expect(readdirSync(join(to, 'current')).toSorted()).toEqual(['a', 'b', 'c']);
  expect(readFileSync(join(to, 'current/c'), 'utf8')).toBe('c');
});

test.each(['noise', '1 !riddle b', '0123 b', ' '])('a list with the line "%s" is refused by that line', async (line) => {
  const listed = await listOf('a', 'b');
  const stdout = Buffer.from(listed.stdout.toString().replace('\n', `\n${line}\n`));
  const failure = await failureOf(pull(machineWith(async () => ({ ...listed, stdout }))));
  expect(failure).toMatchObject({ code: 'sync.corrupt', message: expect.stringContaining(line) });
  expect(readdirSync(join(to, '..'))).toEqual([]);
});
