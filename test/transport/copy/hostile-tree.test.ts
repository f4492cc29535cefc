/** A hostile tree arrives as it is by every route: rsync, tar, and tar of busybox; as a tree of home on a node and as a dataset of a node at home. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { carriedRows, deviceRow, makeHostileTree, refusedRows, treeLines } from '../../support/hostile-tree.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { expectNoTornCopy, growingPull, growingPush } from '../conformance/growing.ts';
import { repository } from '../../support/repository.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';
import { failureOf, sentence } from './copy-harness.ts';
import { nodeKinds } from './node-kinds.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';

const temporary = ownTemporaryFolder();
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'hostile-'));

describe.each(Object.keys(nodeKinds) as (keyof typeof nodeKinds)[])('on a node with %s', { timeout: 120_000 }, (kind) => {
  let host: PracticeHost;
  let machine: Machine;
  const from = newFolder();
  beforeAll(async () => {
    host = await PracticeHost.start(kind.slice(0, 1), temporary, { path: nodeKinds[kind]() });
    machine = host.machine();
    makeHostileTree(from);
  }, 60_000);
  afterAll(async () => {
    await machine.close();
    await host.remove();
  });
  const onNode = (path: string): string => join(host.node.folder, path);
  const method = kind === 'rsync' ? 'rsync' : 'tar';

  test('the tree arrives as it is, twice, and goes home again as a dataset', async () => {
    const push = () => machine.copy({ type: 'push-tree', dataset: 'hostile', from });
    const first = await push();
    expect(first).toMatchObject({ changed: true, method });
    expect(treeLines(onNode('replicas/hostile/current/'))).toEqual(treeLines(from));
    expect(await push()).toEqual({ ...first, changed: false, method: 'none' });

    await machine.run({ argv: ['sh', '-c', 'mkdir -p datasets && cp -a replicas/hostile/current/ datasets/hostile'], timeoutMs: 60_000 });
    // A hidden file that changed a moment ago is still arriving.
    execFileSync('find', [onNode('datasets/hostile'), '-type', 'f', '-exec', 'touch', '-d', '1 minute ago', '{}', '+']);
    const to = newFolder();
    const pulled = await machine.copy({ type: 'pull-tree', dataset: 'hostile', to });
    expect(pulled).toMatchObject({ digest: first.digest, files: first.files, bytes: first.bytes, changed: true, method });
    expect(treeLines(join(to, 'current/'))).toEqual(treeLines(from));
    expect(await machine.copy({ type: 'pull-tree', dataset: 'hostile', to })).toMatchObject({ changed: false, method: 'none' });
  });

  test.each([
    ['at home', () => growingPush(machine, newFolder())],
    ['in a dataset', () => growingPull(machine, newFolder())],
  ])('a file %s that grows during the copy is refused by name, and arrives whole when it has ended', async (_, copyOf) => {
    await expect(expectNoTornCopy(await copyOf())).resolves.toBeUndefined();
  });

  test('a tree of one entry that is no plain file makes a version', async () => {
    for (const name of [
      'an empty folder',
      'an empty folder with an odd name',
      'a link to nothing inside',
      'a link with an odd name',
      'a newline',
    ] as const) {
      const alone = newFolder();
      carriedRows[name].make(alone);
      const sent = await machine.copy({ type: 'push-tree', dataset: 'alone', from: alone });
      expect(treeLines(onNode('replicas/alone/current/')), name).toEqual(treeLines(alone));
      expect(existsSync(onNode(`replicas/alone/v/.manifest.${sent.digest}`)), name).toBe(true);
    }
  });

  test('1,000 files whose names are longer together than one call of tar takes go home from a dataset', async () => {
    const name = (k: number): string => `${String(k)}-`.padEnd(200, 'n');
    await machine.run({ argv: ['mkdir', '-p', 'datasets/many'], timeoutMs: 60_000 });
    for (let k = 0; k < 1_000; k += 1) writeFileSync(onNode(`datasets/many/${name(k)}`), String(k));
    const to = newFolder();
    expect(await machine.copy({ type: 'pull-tree', dataset: 'many', to })).toMatchObject({ files: 1_000, changed: true, method });
    expect(readFileSync(join(to, 'current', name(999)), 'utf8')).toBe('999');
    expect(treeLines(join(to, 'current/'))).toEqual(treeLines(onNode('datasets/many')));
  });

  const long = 'n'.repeat(200);
  const half = Array(12).fill(long).join('/');
  test.each([
    ['a file', 'mkdir sub && echo x >sub/secret && chmod 0 sub/secret', 'sub/secret may not be read', 'rm -f sub/secret'],
    ['a file with an odd name', `echo x >'a\nb' && chmod 0 'a\nb'`, String.raw`"a\nb" may not be read`, `rm -f 'a\nb'`],
    ['a hidden file', `echo x >.h && touch -d '2000-01-01 00:00' .h && chmod 0 .h`, '.h may not be read', 'rm -f .h'],
    ['a folder', 'mkdir closed && chmod 0 closed', 'closed may not be read', 'chmod 700 closed'],
    ['a folder that cannot be entered', 'mkdir listed && echo x >listed/file && chmod 400 listed', 'listed may not be read', 'chmod 700 listed'],
    [
      'a file beside a folder',
      'echo x >secret && chmod 0 secret && mkdir closed && chmod 0 closed',
      ['secret may not be read', 'closed may not be read'],
      'rm -f secret && chmod 700 closed',
    ],
    [
      'a path that the kernel does not take',
      `mkdir -p ${half} other/${half} && mv other ${half}/other`,
      'is a path of more than',
      `mv ${half}/other half && rm -rf half ${long}`,
    ],
  ])('%s that cannot be carried from a dataset is refused by name, nothing is copied, and without it the dataset is', async (_, make, says, mend) => {
    const there = (text: string) => machine.run({ argv: ['sh', '-c', `cd datasets/refused && ${text}`], timeoutMs: 60_000 });
    await machine.run({
      argv: ['sh', '-c', 'rm -rf datasets/refused && mkdir -p datasets/refused && echo good >datasets/refused/good'],
      timeoutMs: 60_000,
    });
    expect(await there(make)).toMatchObject({ code: 0 });
    const to = newFolder();
    const pull = () => machine.copy({ type: 'pull-tree', dataset: 'refused', to });
    const error = await failureOf(pull());
    expect(error.code).toBe('sync.tree-refused');
    for (const words of [says].flat()) expect(error.message).toContain(words);
    expect(readdirSync(to)).toEqual([]);
    expect(await there(mend)).toMatchObject({ code: 0 });
    expect(await pull()).toMatchObject({ changed: true });
    expect(existsSync(join(to, 'current/good'))).toBe(true);
  });

  test('chmod +x alone makes a new version and arrives', async () => {
    const alone = newFolder();
    writeFileSync(join(alone, 'run'), 'same');
    const push = () => machine.copy({ type: 'push-tree', dataset: 'bits', from: alone });
    const { digest } = await push();
    chmodSync(join(alone, 'run'), 0o744);
    const second = await push();
    expect(second).toMatchObject({ changed: true });
    expect(second.digest).not.toBe(digest);
    expect(statSync(onNode('replicas/bits/current/run')).mode & 0o777).toBe(0o755);
    expect(statSync(onNode(`replicas/bits/v/${digest}/run`)).mode & 0o777).toBe(0o644);
  });
});

describe('a tree that cannot be carried', { timeout: 60_000 }, () => {
  const folder = newFolder();
  const machine = openMachine({
    node: 'here' as NodeId,
    owner: ownerNamed(`hostile-${process.pid}`),
    folder: join(folder, 'node'),
    connect: { type: 'local' },
  });
  afterAll(() => machine.close());
  const onNode = (path: string): string => join(folder, 'node', path);
  const rows = [...Object.entries(refusedRows), ...(isRoot ? [['a device', deviceRow] as const] : [])];
  refusedWithoutRoot('a device in a tree');

  /** Reads a tree at home as an ordinary user. Returns the failure, or undefined when the tree can be carried. */
  const readAs = (at: string, path: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined => {
    const code = `
      const { readTree } = await import(${JSON.stringify(join(repository, 'dist/src/transport/copy/tree-manifest.js'))});
      process.chdir(${JSON.stringify(at)});
      if (process.getuid() === 0) {
        process.setgroups([]);
        process.setgid(65_534);
        process.setuid(65_534);
      }
      const failure = await readTree(${JSON.stringify(path)}).then(() => undefined, ({ code, message, hint }) => ({ code, message, fix: hint?.say }));
      console.log(JSON.stringify(failure ?? null));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    return (JSON.parse(out) as ReturnType<typeof readAs> | null) ?? undefined;
  };

  test.each([
    ['a file and a folder', ['secret', 'closed'], 'mkdir closed; echo x >secret; chmod 0 secret closed'],
    ['a folder that cannot be entered', ['nox'], 'mkdir nox; echo 1 >nox/f1; echo 2 >nox/f2; chmod 644 nox'],
    ['a folder that cannot be listed', ['nor'], 'mkdir nor; echo 1 >nor/f1; chmod 311 nor'],
    ['the folder itself, which cannot be entered', ['the folder itself'], 'chmod 644 .'],
    ['the folder itself, which cannot be listed', ['the folder itself'], 'chmod 311 .'],
    ['the folder above, which cannot be entered', ['above'], 'chmod 644 ..'],
  ])('%s at home that their user may not read: the failure names them and nothing else, and its fix works', (_, names, make) => {
    const at = newFolder();
    const tree = join(at, 'above/tree');
    mkdirSync(tree, { recursive: true });
    writeFileSync(join(tree, 'open'), 'open');
    execFileSync('sh', ['-c', `${isRoot ? 'chown -R 65534:65534 "$1";' : ''} cd "$1/above/tree"; umask 22; ${make}`, 'sh', at]);
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', at]);
    const failure = readAs(at, 'above/tree');
    expect(failure).toMatchObject({ code: 'sync.tree-refused' });
    expect(failure?.message).toContain(` because ${names.map((name) => `${name} may not be read by the user of Ringmaster`).join('; ')}`);
    expect(failure?.message.match(/may not be read/g)).toHaveLength(names.length);
    const [, ofFile = '', ofFolder = ''] = /\(chmod (\S+), for a folder chmod (\S+)\)/.exec(failure?.fix ?? '') ?? [];
    for (const name of names) {
      const place = name === 'above' ? join(at, name) : name === 'the folder itself' ? tree : join(tree, name);
      execFileSync('chmod', [statSync(place).isDirectory() ? ofFolder : ofFile, place]);
    }
    expect(readAs(at, 'above/tree')).toBe(undefined);
  });

  test.each(rows)('%s is refused by name, nothing is sent, and the fix of the message works', async (_, { make, mend, path }) => {
    const at = newFolder();
    writeFileSync(join(at, 'good'), 'good');
    make(at);
    const failure = await failureOf(machine.copy({ type: 'push-tree', dataset: 'refused', from: at }));
    expect(failure).toMatchObject({ code: 'sync.tree-refused' });
    expect(failure.message).toContain(path);
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(existsSync(onNode('replicas/refused'))).toBe(false);
    mend(at);
    await machine.copy({ type: 'push-tree', dataset: 'mended', from: at });
    expect(readFileSync(onNode('replicas/mended/current/good'), 'utf8')).toBe('good');
  });

  test.each(rows)('%s in a dataset of a node is refused by name as well', async (name, { make, path }) => {
    const dataset = `refused-${name.replaceAll(' ', '-')}`;
    mkdirSync(onNode(`datasets/${dataset}`), { recursive: true });
    make(onNode(`datasets/${dataset}`));
    const failure = await failureOf(machine.copy({ type: 'pull-tree', dataset, to: newFolder() }));
    expect(failure).toMatchObject({ code: 'sync.tree-refused' });
    expect(failure.message).toContain(path);
  });
});
