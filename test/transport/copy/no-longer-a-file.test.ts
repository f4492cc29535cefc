/** Tests that nothing waits at a named pipe that took the place of a file after the tree was listed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ItemId, NodeId } from '../../../src/domain/ids.ts';
import { sha256Files } from '../../../src/transport/copy/sha256-files.ts';
import { copyTree } from '../../../src/transport/copy/tree/copy-tree.ts';
import { noSum } from '../../../src/transport/copy/tree/tree-entry.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { eventually } from '../../support/eventually.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { processes } from '../../support/processes.ts';
import { sha256 } from '../../support/sha256.ts';
import { writeOnNode } from '../../support/write-on-node.ts';

ownTemporaryFolder();
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'pipe-'));
const pipe = (path: string): void => {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
};
/** Returns a folder with 500 files, of which one is a named pipe. */
function makeFiles(name: string): { readonly root: string; readonly paths: readonly string[] } {
  const root = newFolder();
  const paths = Array.from({ length: 500 }, (_, k) => `file-${k}`);
  for (const path of paths) writeFileSync(join(root, path), path);
  pipe(join(root, name));
  return { root, paths };
}

test.each(['file-0', 'file-250', 'file-499'])(
  'the checksums of a tree end with the name of the pipe %s, and leave no process',
  { timeout: 60_000 },
  async (name) => {
    const { root, paths } = makeFiles(name);
    await expect(sha256Files(root, paths)).rejects.toMatchObject({
      code: 'sync.source-missing',
      message: expect.stringContaining(`${name} is no longer a file`),
    });
    expect(processes().filter(({ words }) => words[0] === 'sha256sum' && words.includes(`./${name}`))).toEqual([]);
    pipe(join(root, name));
    rmSync(join(root, name));
    writeFileSync(join(root, name), 'again');
    expect((await sha256Files(root, paths)).get(name)).toBe(sha256('again'));
  },
);

test('the checksum of a name that does not fit in a line ends in the same way', { timeout: 60_000 }, async () => {
  const root = newFolder();
  pipe(join(root, 'a\nb'));
  await expect(sha256Files(root, ['a\nb'])).rejects.toMatchObject({
    code: 'sync.source-missing',
    message: expect.stringContaining('is no longer a file'),
  });
});

test('a snapshot does not wait at a pipe', { timeout: 60_000 }, async () => {
  const { root, paths } = makeFiles('file-7');
  const entries = paths.map((path) => ({ path, bytes: 1, sha256: noSum, kind: 'file' as const }));
  await expect(copyTree(root, join(newFolder(), 'copy'), entries)).rejects.toThrow('file-7');
});

test('a push that finds a pipe in place of a file names the pipe', { timeout: 60_000 }, async () => {
  const [from, folder, bin] = [newFolder(), newFolder(), newFolder()];
  for (const name of ['a', 'b']) writeFileSync(join(from, name), name);
  const rsync = execFileSync('which', ['rsync'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'rsync'), `#!/bin/sh\nrm -f '${from}/b' && mkfifo '${from}/b'\nexec ${rsync} "$@"\n`, { mode: 0o755 });
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed('pipes'), folder: join(folder, 'node'), connect: { type: 'local' } });
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
  try {
    await expect(machine.copy({ type: 'push-tree', dataset: 'd', from })).rejects.toMatchObject({
      code: 'sync.tree-refused',
      message: expect.stringContaining('b is a named pipe'),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

/** Returns a folder with the program tr, which first replaces a file of a dataset. The list of a dataset calls tr just before it reads the files. */
function replacing(file: string, command: string): string {
  const bin = newFolder();
  const tr = execFileSync('which', ['tr'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'tr'), `#!/bin/sh\n[ ! -f '${file}' ] || { rm -f '${file}' && ${command} '${file}'; }\nexec ${tr} "$@"\n`, { mode: 0o755 });
  return bin;
}

test.each([
  ['a pipe', 'mkfifo', 'b is a named pipe', []],
  // The first copy ends without the name, as it does when a file goes. Temporal tries again after sync.interrupted.
  ['a link to a device without an end', 'ln -s /dev/zero', 'b is a symbolic link to the absolute path /dev/zero', ['sync.interrupted']],
] as const)('a pull that finds %s in place of a file of the dataset ends and names it', { timeout: 60_000 }, async (_, command, says, before) => {
  const [folder, to] = [newFolder(), newFolder()];
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed('pipes'), folder: join(folder, 'node'), connect: { type: 'local' } });
  for (const name of ['a', 'b', 'c']) await writeOnNode(machine, `datasets/d/${name}`, name);
  vi.stubEnv('PATH', `${replacing(join(folder, 'node/datasets/d/b'), command)}${delimiter}${process.env['PATH']}`);
  const pull = () => machine.copy({ type: 'pull-tree', dataset: 'd', to });
  try {
    for (const code of before) await expect(pull()).rejects.toMatchObject({ code });
    await expect(pull()).rejects.toMatchObject({ code: 'sync.tree-refused', message: expect.stringContaining(says) });
  } finally {
    vi.unstubAllEnvs();
  }
  // A program that gets its signal needs a moment to end.
  await expect.poll(() => processes().filter(({ mark }) => mark === 'pipes/sum/1'), { timeout: 20_000 }).toEqual([]);
});

/** Returns a folder with the program sha256sum, which first replaces the file that it gets by a pipe, once. */
function pipeFor(file: string): string {
  const bin = newFolder();
  const sum = execFileSync('which', ['sha256sum'], { encoding: 'utf8' }).trim();
  const replace = `case "$*" in *"$(basename '${file}')"*) [ ! -f '${file}' ] || { rm -f '${file}' && mkfifo '${file}'; } ;; esac`;
  writeFileSync(join(bin, 'sha256sum'), `#!/bin/sh\n${replace}\nexec ${sum} "$@"\n`, { mode: 0o755 });
  return bin;
}

test('a pull that finds a pipe in place of a file whose name has a newline ends, and the next one names the pipe', { timeout: 60_000 }, async () => {
  const [folder, to] = [newFolder(), newFolder()];
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed('pipes'), folder: join(folder, 'node'), connect: { type: 'local' } });
  for (const name of ['a', 'b\nb']) await writeOnNode(machine, `datasets/d/${name}`, name);
  vi.stubEnv('PATH', `${pipeFor(join(folder, 'node/datasets/d/b\nb'))}${delimiter}${process.env['PATH']}`);
  const pull = () => machine.copy({ type: 'pull-tree', dataset: 'd', to });
  try {
    await expect(pull()).rejects.toMatchObject({ code: expect.stringMatching(/^sync\./) });
    await expect(pull()).rejects.toMatchObject({ code: 'sync.tree-refused', message: expect.stringContaining('is a named pipe') });
  } finally {
    vi.unstubAllEnvs();
  }
  // A program that gets its signal needs a moment to end.
  await expect.poll(() => processes().filter(({ mark }) => mark === 'pipes/sum/1'), { timeout: 20_000 }).toEqual([]);
});

test('the check of a job does not wait at a pipe that took the place of an output', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed('pipes'), folder: join(folder, 'node'), connect: { type: 'local' } });
  const job = { item: 'swap.1' as ItemId, epoch: 1 };
  const output = join(folder, 'node/jobs/swap.1/1/output/weights');
  const manifest = JSON.stringify({ v: 1, files: [{ path: 'weights', bytes: 4, sha256: sha256('text') }], result: {} });
  const program = `printf text >"$RINGMASTER_OUTPUT/weights"; printf '${manifest}' >"$RINGMASTER_OUTPUT/manifest.json"`;
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  await machine.start({ job, argv: ['/bin/sh', '-c', program], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  await eventually('the end', async () => (await machine.look([job])).every(({ phase }) => phase === 'ended'));
  // The check runs stat between its look at the files and their checksums.
  const [bin, stat] = [newFolder(), execFileSync('which', ['stat'], { encoding: 'utf8' }).trim()];
  writeFileSync(join(bin, 'stat'), `#!/bin/sh\n${stat} "$@"\n[ ! -f '${output}' ] || { rm -f '${output}' && mkfifo '${output}'; }\n`, {
    mode: 0o755,
  });
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
  try {
    expect(await machine.manifest(job)).toMatchObject({ files: [{ path: 'weights', sha256: sha256('text') }] });
    await expect(machine.manifest(job)).rejects.toMatchObject({
      code: 'job.corrupt-output',
      message: expect.stringContaining('not there as a regular file'),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});
