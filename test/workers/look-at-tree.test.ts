import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lookAtTree, TreeLooks } from '../../workers/ledger/look-at-tree.ts';

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rm-look-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test('the version of a folder stays while nothing changes, and is another one after each change', async () => {
  const folder = makeFolder();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('a'), 'one');
  const version = async (): Promise<string> => {
    const seen = await lookAtTree(folder);
    return 'version' in seen ? seen.version : JSON.stringify(seen);
  };
  const versions = [await version()];
  expect(await version()).toBe(versions[0]);
  const changes: readonly (() => void)[] = [
    () => writeFileSync(at('a'), 'two'),
    () => utimesSync(at('a'), 1, 1),
    () => writeFileSync(at('b'), ''),
    () => renameSync(at('b'), at('c')),
    () => chmodSync(at('c'), 0o755),
    () => rmSync(at('c')),
    () => mkdirSync(at('d')),
  ];
  for (const change of changes) {
    change();
    const next = await version();
    expect(next).not.toBe(versions.at(-1));
    expect(await version()).toBe(next);
    versions.push(next);
  }
  expect(versions).toHaveLength(changes.length + 1);
});

test('a folder that is gone is a failure with a code, and no defect', async () => {
  expect(await lookAtTree(join(makeFolder(), 'none'))).toMatchObject({ failure: { code: 'sync.source-missing' } });
});

test('a look that takes long is not waited for, and a later call returns what it found', async () => {
  let looks = 0;
  let ends = (_seen: { version: string }): void => undefined;
  const hangs = new Promise<{ version: string }>((resolve) => (ends = resolve));
  const tree = new TreeLooks((folder) => {
    looks += 1;
    return folder === '/slow' ? hangs : Promise.resolve({ version: 'v1' });
  }, 1);
  expect(await tree.at('/slow')).toEqual({ lookingMs: expect.any(Number) as number });
  expect(await tree.at('/fast')).toEqual({ version: 'v1' });
  expect(await tree.at('/slow')).toHaveProperty('lookingMs');
  expect(looks).toBe(2);
  ends({ version: 'v2' });
  expect(await tree.at('/slow')).toEqual({ version: 'v2' });
});
