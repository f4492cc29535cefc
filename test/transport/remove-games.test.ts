/** Old files of games leave the datasets of a real node, in steps of bounded size, and a pull follows. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { removedGameFilesMax } from '../../src/domain/limits.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';

ownTemporaryFolder();
const cluster = `remove-games-${process.pid}`;
const scratch = mkdtempSync(join(tmpdir(), 'remove-games-'));
const folder = join(scratch, 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
const day = 86_400_000;

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(scratch, { recursive: true, force: true });
});

const games = (item: string): string => `${item}.games.ndjson`;
/** Writes a file into the dataset of a pipeline, and makes it look as old as this. */
function write(pipeline: string, name: string, days: number, text = 'four'): void {
  const path = join(folder, 'datasets', `games-${pipeline}`, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, Date.now() / 1_000 - days * 86_400, Date.now() / 1_000 - days * 86_400);
}
const left = (pipeline: string): readonly string[] => readdirSync(join(folder, 'datasets', `games-${pipeline}`)).toSorted();

test('the files of past turns that are old enough go; younger ones, later turns, other pipelines and other names stay', async () => {
  await machine.oldJobs(0);
  const past = [games('cf.2.self-play.0'), games('cf.9.self-play.11r2')];
  const kept = [
    ...['cf.10.self-play.0', 'cf.9.train', 'other.1.self-play.0', 'cf.x.self-play.0', 'cf.1.self-play.y'].map(games),
    'cf.1.self-play.0.games.ndjson.more',
    `cf.1.self-play.\n4 datasets/games-cf/${games('cf.3.self-play.0')}`.replaceAll('/', '_'),
    `deep/${games('cf.1.self-play.0')}`,
  ];
  for (const name of past) write('cf', name, 91);
  for (const name of kept) write('cf', name, 91);
  write('cf', games('cf.3.self-play.0'), 89);
  write('apart', games('apart.1.self-play.0'), 91);
  write('cf', `${games('cf.4.self-play.0')}/inner`, 91);
  utimesSync(join(folder, 'datasets/games-cf', games('cf.4.self-play.0')), 0, 0);
  // A dataset that a program replaced by a link to another folder.
  write('target', games('link.1.self-play.0'), 91);
  symlinkSync('games-target', join(folder, 'datasets/games-link'));
  const turns = ['none', 'cf', 'link'].map((pipeline) => ({ pipeline, before: 10 }));
  const before = left('cf');
  expect(await machine.removeGames(turns, 90 * day)).toEqual([{ pipeline: 'cf', files: 2, bytes: 8 }]);
  expect(left('cf')).toEqual(before.filter((name) => !past.includes(name)));
  expect([left('apart'), left('target')].map((names) => names.length)).toEqual([1, 1]);
  expect(await machine.removeGames(turns, 90 * day)).toEqual([]);
});

test('one call removes a bounded number of files, over all pipelines', async () => {
  for (let k = 0; k < removedGameFilesMax - 1; k += 1) write('many', games(`many.1.self-play.${k}`), 91);
  for (let k = 0; k < 3; k += 1) write('more', games(`more.1.self-play.${k}`), 91);
  const turns = ['many', 'more'].map((pipeline) => ({ pipeline, before: 2 }));
  expect((await machine.removeGames(turns, 90 * day)).map(({ pipeline, files }) => [pipeline, files])).toEqual([
    ['many', removedGameFilesMax - 1],
    ['more', 1],
  ]);
  expect(await machine.removeGames(turns, 90 * day)).toEqual([{ pipeline: 'more', files: 2, bytes: 8 }]);
});

test('a pull during the removal succeeds, and the next one leaves the replica without the removed files, also when none is left', async () => {
  const to = join(scratch, 'replica');
  const pull = () => machine.copy({ type: 'pull-tree', dataset: 'games-live', to });
  for (let k = 0; k < 200; k += 1) write('live', games(`live.${k}.self-play.0`), 91);
  await pull();
  for (let before = 20; before <= 200; before += 20) {
    write('live', games(`live.${1_000 + before}.self-play.0`), 0);
    const remove = () => machine.removeGames([{ pipeline: 'live', before }], 90 * day);
    const first = before % 40 === 0 ? [pull(), remove()] : [remove(), pull()];
    await Promise.all(first);
    await remove();
  }
  await pull();
  expect(readdirSync(join(to, 'current')).toSorted()).toEqual(left('live'));
  expect(left('live')).toHaveLength(10);
  await machine.removeGames([{ pipeline: 'live', before: 2_000 }], 0);
  expect(await pull()).toMatchObject({ files: 0, changed: true });
  expect(readdirSync(join(to, 'current'))).toEqual([]);
  expect(await pull()).toMatchObject({ files: 0, changed: false });
});
