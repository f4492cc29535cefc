/** The list of clusters is found, and made again, whatever the environment names. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { knownStates, rememberState } from '../../src/config/known-states.ts';
import { homeFolder, temporaryFolders, xdgFolder } from '../../src/system/user-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringmaster-known-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let states = 0;
/** Makes a state folder in which a cluster was started. */
function state(): string {
  const path = join(folder, `state-${(states += 1)}`);
  mkdirSync(join(path, 'run'), { recursive: true });
  writeFileSync(join(path, 'run', 'cluster.json'), '{}');
  return path;
}

test('the newest state comes first, and a list that is gone is made again', () => {
  const env = { XDG_STATE_HOME: join(folder, 'xdg') };
  const [a, b] = [state(), state()];
  const file = rememberState(a, env);
  expect(file).toBe(join(folder, 'xdg', 'ringmaster', 'current'));
  rememberState(b, env);
  expect(readFileSync(file, 'utf8')).toBe(`${b}\n${a}\n`);
  rmSync(join(folder, 'xdg'), { recursive: true });
  rememberState(a, env, 'oldest');
  rememberState(b, env, 'oldest');
  expect(readFileSync(file, 'utf8')).toBe(`${a}\n${b}\n`);
});

test('a folder that cannot be made leaves the list in a temporary folder, where it is found again', () => {
  const blocked = join(folder, 'blocked');
  writeFileSync(blocked, '');
  const env = { XDG_STATE_HOME: blocked };
  const own = state();
  const shared = join('/tmp', `ringmaster-${process.getuid?.() ?? 0}`);
  const hadShared = existsSync(shared);
  const file = rememberState(own, env);
  try {
    expect(file).not.toContain(blocked);
    expect(knownStates(env)).toContain(own);
    expect(knownStates({})).toContain(own);
  } finally {
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== own)
        .join('\n'),
    );
    if (!hadShared) rmSync(shared, { recursive: true, force: true });
  }
});

test('a relative or unset variable is no folder', () => {
  const { homedir } = userInfo();
  expect(homeFolder({})).toBe(homedir);
  expect(homeFolder({ HOME: '' })).toBe(homedir);
  expect(homeFolder({ HOME: 'here' })).toBe(homedir);
  expect(homeFolder({ HOME: '/x' })).toBe('/x');
  expect(xdgFolder({ XDG_CACHE_HOME: 'here', HOME: '/x' }, 'XDG_CACHE_HOME', '.cache')).toBe('/x/.cache');
  expect(xdgFolder({ XDG_CACHE_HOME: '/c' }, 'XDG_CACHE_HOME', '.cache')).toBe('/c');
});

test('a temporary folder that is relative, missing, too long or no folder is passed over', () => {
  const long = join(folder, 'a'.repeat(80));
  mkdirSync(long);
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  chmodSync(file, 0o700);
  const usual = temporaryFolders({}, 65);
  expect(usual[0]).toBe('/tmp');
  for (const TMPDIR of ['', 'tmp', join(folder, 'missing'), long, file]) expect(temporaryFolders({ TMPDIR }, 65)).toEqual(usual);
  expect(temporaryFolders({ TMPDIR: `${folder}/` }, 65)).toEqual([folder, ...usual]);
});
