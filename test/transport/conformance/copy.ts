import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectNoTornCopy, growingPull, growingPush } from './growing.ts';
import { type MachineHarness, coded } from './machine-harness.ts';
import { sha256 } from '../../support/sha256.ts';

export function copyConformance(harness: MachineHarness): void {
  const readText = async (path: string): Promise<string> => (await harness.machine.read(path, { bytesMax: 1_000 })).toString();
  const inode = async (path: string): Promise<string> =>
    (await harness.machine.run({ argv: ['stat', '-L', '-c', '%i', path], timeoutMs: 20_000 })).stdout;

  function makeTree(files: Readonly<Record<string, string>>): string {
    const from = harness.newFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(from, path, '..'), { recursive: true });
      writeFileSync(join(from, path), text);
    }
    return from;
  }

  describe('push-tree', () => {
    test('copies a tree, then nothing, then the changed file', async () => {
      const from = makeTree({ same: 'same', 'sub/a b': 'first', "it's/ü": 'odd' });
      const push = () => harness.machine.copy({ type: 'push-tree', dataset: 'tree', from });
      const first = await push();
      expect(first).toMatchObject({ files: 3, bytes: 12, changed: true });
      expect(first.digest).toBe(
        sha256(
          ["it's/ü:odd", 'same:same', 'sub/a b:first']
            .map((pair) => pair.split(':'))
            .map(([path, text]) => `${sha256(text ?? '')}  ${path}\n`)
            .join(''),
        ),
      );
      expect(await push()).toEqual({ ...first, changed: false, method: 'none' });
      writeFileSync(join(from, 'sub/a b'), 'second!');
      const third = await push();
      expect(third).toMatchObject({ files: 3, bytes: 14, changed: true });
      expect(await readText('replicas/tree/current/sub/a b')).toBe('second!');
      expect(await readText(`replicas/tree/v/${first.digest}/sub/a b`)).toBe('first');
      if (!harness.fixture.hasProcesses) return;
      expect(await inode('replicas/tree/current/same')).toBe(await inode(`replicas/tree/v/${first.digest}/same`));
      expect((await harness.machine.run({ argv: ['readlink', 'replicas/tree/current'], timeoutMs: 20_000 })).stdout).toBe(`v/${third.digest}\n`);
    });

    test('a file that is removed at home is missing from the next version, and an earlier version can become current again', async () => {
      const from = makeTree({ a: '1', b: '2' });
      const push = () => harness.machine.copy({ type: 'push-tree', dataset: 'back', from });
      const { digest } = await push();
      rmSync(join(from, 'b'));
      await push();
      await expect(readText('replicas/back/current/b')).rejects.toEqual(coded('transport.command'));
      writeFileSync(join(from, 'b'), '2');
      expect(await push()).toMatchObject({ digest, changed: false });
      expect(await readText('replicas/back/current/b')).toBe('2');
    });

    test('a reader of `current` never misses a file while it is replaced', async () => {
      const from = makeTree({ always: '0' });
      const push = () => harness.machine.copy({ type: 'push-tree', dataset: 'flip', from });
      await push();
      let pushing = true;
      const seen: string[] = [];
      const reader = (async () => {
        while (pushing) seen.push(await readText('replicas/flip/current/always'));
      })();
      for (const text of ['1', '2', '3']) {
        writeFileSync(join(from, 'always'), text);
        await push();
      }
      pushing = false;
      await reader;
      expect(seen).toEqual(seen.toSorted());
      expect(seen.length).toBeGreaterThan(0);
    });

    test('a file that grows during the copy is refused by name, and arrives whole when it has ended', async () => {
      await expect(expectNoTornCopy(growingPush(harness.machine, harness.newFolder()))).resolves.toBeUndefined();
    });

    test('a tree that is not there is sync.source-missing', async () => {
      await expect(harness.machine.copy({ type: 'push-tree', dataset: 'none', from: join(harness.scratch, 'nowhere') })).rejects.toEqual(
        coded('sync.source-missing'),
      );
    });
  });

  describe('pull-tree', () => {
    test('copies a dataset home, then nothing, then the new file', async () => {
      const to = harness.newFolder();
      const pull = () => harness.machine.copy({ type: 'pull-tree', dataset: 'home', to });
      await harness.fixture.writeFile('datasets/home/one', '1');
      await harness.fixture.writeFile('datasets/home/sub/two', '22');
      const first = await pull();
      expect(first).toMatchObject({ files: 2, bytes: 3, changed: true });
      expect(readlinkSync(join(to, 'current'))).toBe(`v/${first.digest}`);
      expect(readFileSync(join(to, 'current/sub/two'), 'utf8')).toBe('22');
      expect(await pull()).toMatchObject({ digest: first.digest, changed: false });
      await harness.fixture.writeFile('datasets/home/three', '333');
      expect(await pull()).toMatchObject({ files: 3, bytes: 6, changed: true });
      expect(readFileSync(join(to, 'current/three'), 'utf8')).toBe('333');
      if (harness.fixture.hasProcesses) expect(statSync(join(to, 'current/one')).ino).toBe(statSync(join(to, 'v', first.digest, 'one')).ino);
    });

    test('a file that grows during the copy is refused by name, and arrives whole when it has ended', async () => {
      // A node in memory has no folder in which another process can write.
      if (!harness.fixture.hasProcesses) return;
      await expect(expectNoTornCopy(await growingPull(harness.machine, harness.newFolder()))).resolves.toBeUndefined();
    });

    test('a dataset that is not there is sync.source-missing', async () => {
      await expect(harness.machine.copy({ type: 'pull-tree', dataset: 'nowhere', to: harness.newFolder() })).rejects.toEqual(
        coded('sync.source-missing'),
      );
    });
  });

  describe('old games', () => {
    test('go from the datasets of their pipelines up to a turn, with their number and size, and not before their age', async () => {
      const write = (pipeline: string, name: string) => harness.fixture.writeFile(`datasets/games-${pipeline}/${name}.games.ndjson`, 'four');
      for (const name of ['cf.1.self-play.0', 'cf.2.self-play.0r1', 'cf.3.self-play.0', 'cf.1.train']) await write('cf', name);
      await write('other', 'other.1.self-play.0');
      const past = [
        { pipeline: 'absent', before: 9 },
        { pipeline: 'cf', before: 3 },
      ];
      expect(await harness.machine.removeGames(past, 60_000)).toEqual([]);
      expect(await harness.machine.removeGames(past, 0)).toEqual([{ pipeline: 'cf', files: 2, bytes: 8 }]);
      expect(await harness.machine.removeGames(past, 0)).toEqual([]);
      expect(await readText('datasets/games-cf/cf.3.self-play.0.games.ndjson')).toBe('four');
      expect(await readText('datasets/games-other/other.1.self-play.0.games.ndjson')).toBe('four');
    });
  });

  describe('push-blob', () => {
    test('copies a blob once and verifies it', async () => {
      const from = join(makeTree({ blob: 'some bytes' }), 'blob');
      const push = () => harness.machine.copy({ type: 'push-blob', from, sha256: sha256('some bytes') });
      expect(await push()).toMatchObject({ digest: sha256('some bytes'), files: 1, bytes: 10, changed: true });
      expect(await push()).toMatchObject({ changed: false });
      expect(await readText(`blobs/${sha256('some bytes')}`)).toBe('some bytes');
    });

    test('bytes other than promised are sync.corrupt, and no blob appears', async () => {
      const from = join(makeTree({ blob: 'others' }), 'blob');
      await expect(harness.machine.copy({ type: 'push-blob', from, sha256: sha256('promised') })).rejects.toEqual(coded('sync.corrupt'));
      await expect(readText(`blobs/${sha256('promised')}`)).rejects.toEqual(coded('transport.command'));
    });

    test('a file that is not there is sync.source-missing', async () => {
      await expect(harness.machine.copy({ type: 'push-blob', from: join(harness.scratch, 'nowhere'), sha256: sha256('x') })).rejects.toEqual(
        coded('sync.source-missing'),
      );
    });
  });

  describe('pull-output', () => {
    test('copies a verified file home', async () => {
      const job = await harness.done(['write', 'sub/model', 'weights', 'manifest']);
      const to = join(harness.newFolder(), 'deep', 'model');
      const pull = (digest: string) => harness.machine.copy({ type: 'pull-output', job, path: 'sub/model', bytes: 7, sha256: digest, to });
      await expect(pull(sha256('others'))).rejects.toEqual(coded('sync.corrupt'));
      expect(await pull(sha256('weights'))).toMatchObject({ bytes: 7, changed: true });
      expect(readFileSync(to, 'utf8')).toBe('weights');
      expect(await pull(sha256('weights'))).toMatchObject({ changed: false });
    });

    test('a file that is not there is sync.source-missing', async () => {
      const job = await harness.done(['exit', '0']);
      await expect(
        harness.machine.copy({ type: 'pull-output', job, path: 'none', bytes: 0, sha256: sha256(''), to: join(harness.newFolder(), 'x') }),
      ).rejects.toEqual(coded('sync.source-missing'));
    });
  });
}
