/** `npm run bench` fails when a promise of `bench/promises.mjs` is broken, and a benchmark prints every figure that a promise names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

interface Bench {
  readonly promises: readonly { readonly of: Readonly<Record<string, unknown>>; readonly figure: string }[];
  readonly judge: (line: Readonly<Record<string, unknown>>) => readonly { readonly verdict: string; readonly promise?: string }[];
}
const { judge, promises } = (await import(join(repository, 'bench/promises.mjs'))) as Bench;

const command = (ratioOfMedians: unknown, ratioToBareSsh: unknown = 0.5) => ({
  bench: 'transport',
  case: 'command',
  ssh2: { ratioOfMedians },
  systemSsh: { ratioToBareSsh },
});
const verdicts = (line: Readonly<Record<string, unknown>>): readonly string[] => judge(line).map(({ verdict }) => verdict);

test('one command through ssh2 takes at most 1.15 times as long as a bare exec', () => {
  expect(verdicts(command(1.15))).toEqual(['kept', 'kept']);
  expect(verdicts(command(1.16))).toEqual(['BROKEN', 'kept']);
});

test.each(['command', 'command by bash', 'command by fish'])(
  'one %s through the system’s ssh takes at most 1.15 times as long as a bare ssh through a master',
  (name) => {
    const judged = (ratio: number) => judge({ ...command(1.1, ratio), case: name }).filter((one) => one.promise?.includes('systemSsh') === true);
    expect(judged(1.15)).toMatchObject([{ verdict: 'kept' }]);
    expect(judged(1.16)).toMatchObject([{ verdict: 'BROKEN' }]);
  },
);

test('a copy of what is already there takes at most half as long as rsync with a list and a verification, and about as long as rsync alone', () => {
  const again = (ratio: number, ratioToRsync: number) => ({
    nothingChanged: { ratio, ratioToRsync },
    oneFileChanged: { ratio: 1.1 },
    ratioWithList: 1,
  });
  const push = { bench: 'transport', case: 'push tree again' };
  expect(verdicts({ ...push, ...again(0.5, 1.25) })).toEqual(['kept', 'kept', 'kept']);
  expect(verdicts({ ...push, ...again(0.51, 1.26) })).toEqual(['BROKEN', 'BROKEN', 'kept']);
  const pull = { bench: 'transport', case: 'pull tree' };
  expect(verdicts({ ...pull, ...again(0.5, 1.5) })).toEqual(['kept', 'kept', 'kept']);
  expect(verdicts({ ...pull, ...again(0.51, 1.51) })).toEqual(['kept', 'BROKEN', 'BROKEN']);
});

test('a figure that is missing, or that is no number, breaks its promise', () => {
  for (const value of [undefined, null, NaN, '1.1']) expect(verdicts(command(value))).toEqual(['BROKEN', 'kept']);
  expect(verdicts({ bench: 'makespan', value: 0.96 })).toEqual(['kept']);
  expect(verdicts({ bench: 'makespan', value: 0.94 })).toEqual(['BROKEN']);
});

test('a goal depends on the machine, so it is missed and not broken', () => {
  expect(verdicts({ bench: 'noop-jobs', value: 7.9 })).toEqual(['missed']);
  expect(verdicts({ bench: 'noop-jobs' })).toEqual(['BROKEN']);
});

test('each promise names words that a benchmark prints', () => {
  const folders = ['bench', 'bench/transport'].map((name) => join(repository, name));
  const text = folders
    .flatMap((folder) => readdirSync(folder).flatMap((name) => (/(?<!promises)\.mjs$/.test(name) ? readFileSync(join(folder, name), 'utf8') : [])))
    .join('\n');
  const words = promises.flatMap(({ of, figure }) => [...Object.keys(of), ...figure.split('.')]);
  expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
});
