/** After a clock was set back, the versions from before have times of the future. The version that is published and the one before it stay all the same. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aroundMachine } from '../../support/around-machine.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { makeTree } from './copy-harness.ts';

const temporary = ownTemporaryFolder();
const at = aroundMachine('c', temporary);

/** Gives all versions of a replica a time that is a hundred days ahead, as a clock has that was set back by a hundred days since. */
function setBack(replica: string): void {
  const ahead = new Date(Date.now() + 100 * 86_400_000);
  for (const name of readdirSync(join(replica, 'v'))) if (!name.startsWith('.')) utimesSync(join(replica, 'v', name), ahead, ahead);
}

test('at home, after pulls', { timeout: 60_000 }, async () => {
  const to = join(temporary, 'pulled');
  const pull = async (text: string): Promise<string> => {
    await writeOnNode(at.machine, 'datasets/stepped/game', text);
    return (await at.machine.copy({ type: 'pull-tree', dataset: 'stepped', to })).digest;
  };
  await pull('first text');
  await pull('second');
  setBack(to);
  const third = await pull('the third one');
  expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('the third one');
  const fourth = await pull('the fourth of all');
  expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('the fourth of all');
  expect(readdirSync(join(to, 'v')).filter((name) => !name.startsWith('.'))).toEqual([third, fourth].toSorted((a, b) => (a < b ? -1 : 1)));
});

test('on a node, after pushes', { timeout: 60_000 }, async () => {
  const replica = join(at.host.node.folder, 'replicas/stepped');
  const push = async (text: string): Promise<string> =>
    (await at.machine.copy({ type: 'push-tree', dataset: 'stepped', from: makeTree({ file: text }) })).digest;
  for (const text of ['1', '2', '3', '4']) await push(text);
  setBack(replica);
  const before = await push('5');
  const current = await push('6');
  expect(readFileSync(join(replica, 'current/file'), 'utf8')).toBe('6');
  expect(readdirSync(join(replica, 'v'))).toEqual(expect.arrayContaining([before, current]));
});
