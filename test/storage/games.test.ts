import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, stage, type Stage } from './state-folder.ts';

const game = (turn: number, k: number, extra = ''): string =>
  JSON.stringify({ id: `cf.${turn}.${k}`, result: k % 3 === 0 ? 1 : -1, moves: [k, 3, extra] });
const gamesOf = (turn: number, from: number, count: number): string => Array.from({ length: count }, (_, k) => `${game(turn, from + k)}\n`).join('');

/** A replica as sync leaves it: `current` → `v/<digest>`. */
function replica({ folder }: Stage, name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, 'data/replicas', name);
  mkdirSync(join(path, 'v/d1'), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, 'v/d1', `${file}.games.ndjson`), text);
  symlinkSync('v/d1', join(path, 'current'));
  return name;
}

const textOf = ({ folder }: Stage, sha256: string): string => readFileSync(join(folder, 'data/blobs', sha256), 'utf8');

describe('consolidate', () => {
  it('takes each game once, from wherever it comes', async () => {
    const on = stage();
    const a = replica(on, 'games-cf@a', { 'cf.1.self-play.0': gamesOf(1, 0, 4), 'cf.1.self-play.10': gamesOf(1, 40, 2) });
    const b = replica(on, 'games-cf@b', { 'cf.1.self-play.0r1': gamesOf(1, 0, 4), 'other.1.self-play.0': 'not ours' });
    expect(await on.activities.consolidate({ pipeline: 'cf', replicas: [a] })).toEqual({ read: 6, added: 6, total: 6 });
    expect(await on.activities.consolidate({ pipeline: 'cf', replicas: [a, b] })).toEqual({ read: 10, added: 0, total: 6 });
  });

  it.each([
    ['not JSON', '{"id": "cf.1.2", "resu', 'the line is not JSON'],
    ['no id', '{"result": 1}', 'no string "id"'],
    ['no result', '{"id": "cf.1.2"}', 'no "result"'],
    ['an array', '[1]', 'not a JSON object'],
    ['empty', '', 'the line is not JSON'],
  ])('a line that is %s names its file and line, and nothing of that file is added', async (_, line, because) => {
    const on = stage();
    const bad = `${game(1, 0)}\n${game(1, 1)}\n${line}\n${game(1, 3)}\n`;
    const a = replica(on, 'a', { 'cf.1.self-play.0': bad, 'cf.1.self-play.1': gamesOf(1, 4, 4) });
    const failure = await failureOf('sync.corrupt', () => on.activities.consolidate({ pipeline: 'cf', replicas: [a] }));
    expect(failure.message).toContain('cf.1.self-play.0.games.ndjson:3');
    expect(failure.message).toContain(because);
    expect(on.ledgers.games.total('cf')).toBe(4);
  });

  it('a known id with other content is corruption, and that file adds nothing', async () => {
    const on = stage();
    const a = replica(on, 'a', { 'cf.1.self-play.0': gamesOf(1, 0, 4) });
    await on.activities.consolidate({ pipeline: 'cf', replicas: [a] });
    const b = replica(on, 'b', { 'cf.1.self-play.0': `${game(1, 9)}\n${game(1, 2, 'other')}\n` });
    const failure = await failureOf('sync.corrupt', () => on.activities.consolidate({ pipeline: 'cf', replicas: [b] }));
    expect(failure.message).toContain('cf.1.self-play.0.games.ndjson:2');
    expect(failure.message).toContain('cf.1.2 is known with other content');
    expect(on.ledgers.games.total('cf')).toBe(4);
  });

  it('bytes that are no UTF-8, a file of no item, a replica that is not there', async () => {
    const on = stage();
    const a = replica(on, 'a', {});
    writeFileSync(join(on.folder, 'data/replicas/a/v/d1/cf.1.self-play.0.games.ndjson'), Buffer.from([0x7b, 0xff, 0x7d, 0x0a]));
    expect((await failureOf('sync.corrupt', () => on.activities.consolidate({ pipeline: 'cf', replicas: [a] }))).message).toContain('not UTF-8');
    const b = replica(on, 'b', { stranger: gamesOf(1, 0, 1) });
    expect((await failureOf('sync.corrupt', () => on.activities.consolidate({ pipeline: 'cf', replicas: [b] }))).message).toContain('its name');
    await failureOf('sync.source-missing', () => on.activities.consolidate({ pipeline: 'cf', replicas: ['nowhere'] }));
  });
});

describe('export', () => {
  it('orders by turn, item number and game number, not by text', async () => {
    const on = stage();
    const a = replica(on, 'a', {
      'cf.10.self-play.0': gamesOf(10, 0, 2),
      'cf.9.self-play.10': gamesOf(9, 100, 12),
      'cf.9.self-play.2': gamesOf(9, 20, 2),
      'cf.8.self-play.0': gamesOf(8, 0, 2),
    });
    await on.activities.consolidate({ pipeline: 'cf', replicas: [a] });
    const { set, games } = await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 10, windowTurns: 2 });
    expect(games).toBe(16);
    const text = textOf(on, set.sha256);
    expect(text).toBe(gamesOf(9, 20, 2) + gamesOf(9, 100, 12) + gamesOf(10, 0, 2));
    expect(set).toEqual({ name: 'games.ndjson', bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') });
  });

  it('the same games give the same digest, whichever way they came; nothing temporary is left', async () => {
    const digests = await Promise.all(
      [
        ['cf.1.self-play.0', 'cf.1.self-play.1'],
        ['cf.1.self-play.1', 'cf.1.self-play.0r1'],
      ].map(async (order) => {
        const on = stage();
        for (const [at, item] of order.entries()) {
          await on.activities.consolidate({
            pipeline: 'cf',
            replicas: [replica(on, `n${at}`, { [item]: gamesOf(1, item.includes('play.1') ? 700 : 0, 700) })],
          });
        }
        const { set } = await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 5 });
        expect(await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 5 })).toEqual({ set, games: 1400 });
        expect(readdirSync(join(on.folder, 'data/blobs'))).toEqual([set.sha256]);
        return set.sha256;
      }),
    );
    expect(new Set(digests).size).toBe(1);
  });

  it('no games is an answer with a code', async () => {
    const { activities, folder } = stage();
    await failureOf('pipeline.no-games', () => activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 3 }));
    expect(() => readdirSync(join(folder, 'data/blobs'))).toThrow('ENOENT');
  });
});
