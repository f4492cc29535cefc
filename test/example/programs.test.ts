import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildPayload, fileOf, runPayload, type Ran } from './program.ts';
import { sha256 } from '../support/sha256.ts';

/** Some tests start ten programs. On an idle machine each program takes a tenth of a second. */
vi.setConfig({ testTimeout: 60_000 });

beforeAll(() => buildPayload(), 60_000);

const selfPlay = { games: 40, firstGame: 80, prefix: 'cf.1', exploration: 0.1 };
const pairs = [5, 6, 7].map((index) => ({ index, opening: 100 + index }));

interface Manifest {
  readonly v: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly result: Readonly<Record<string, unknown>>;
}

/** Returns the manifest, after a check that the manifest lists exactly the output files. */
function manifestOf(ran: Ran): Manifest {
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  const manifest = JSON.parse(fileOf(ran, 'manifest.json').toString()) as Manifest;
  const listed = Object.entries(ran.files)
    .filter(([path]) => path !== 'manifest.json')
    .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }));
  expect([manifest.v, manifest.files]).toEqual([1, listed]);
  return manifest;
}

function progressOf({ stdout }: Ran): readonly { readonly done: number; readonly of: number }[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { done: number; of: number });
}

/** Runs one turn of the loop by running the programs one after another, without Ringmaster. */
function turn(seed: string): { readonly played: Ran; readonly trained: Ran; readonly evaluated: Ran } {
  const played = runPayload('self-play', { request: selfPlay, seed });
  const trained = runPayload('train', { request: { games: 40 }, inputs: { 'games.ndjson': fileOf(played, 'games.ndjson') }, seed });
  const evaluated = runPayload('evaluate', { request: { pairs }, inputs: { candidate: fileOf(trained, 'model') }, seed });
  return { played, trained, evaluated };
}

test('each program lists its files in a manifest and counts up to the end', () => {
  for (const ran of Object.values(turn('1'))) {
    manifestOf(ran);
    const progress = progressOf(ran);
    expect(progress[0]?.done).toBe(0);
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.of);
  }
});

test('the same seed and inputs give the same bytes; another seed gives other games', () => {
  const [once, again] = [turn('4294967295'), turn('4294967295')];
  for (const stage of ['played', 'trained', 'evaluated'] as const) expect(again[stage].files).toEqual(once[stage].files);
  expect(runPayload('self-play', { request: selfPlay, seed: '2' }).files['games.ndjson']).not.toEqual(once.played.files['games.ndjson']);
  const model = fileOf(once.trained, 'model');
  const withModel = [1, 2].map(() => runPayload('self-play', { request: selfPlay, inputs: { model } }).files);
  expect(withModel[0]).toEqual(withModel[1]);
  expect(Object.keys(withModel[0] ?? {})).toEqual(['games.ndjson', 'manifest.json']);
});

test('a game depends on its number, not on the games played before it', () => {
  const model = fileOf(turn('3').trained, 'model');
  const play = (games: number, firstGame: number): readonly string[] =>
    fileOf(runPayload('self-play', { request: { ...selfPlay, games, firstGame }, inputs: { model } }), 'games.ndjson')
      .toString()
      .trimEnd()
      .split('\n');
  expect([...play(3, 0), ...play(3, 3)]).toEqual(play(6, 0));
});

test('games between random players depend only on seed and index', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ index, opening: index }));
  const scores = (seed: string): string => JSON.stringify(manifestOf(runPayload('evaluate', { request: { pairs: many }, seed })).result['pairs']);
  expect(scores('8')).toBe(scores('8'));
  expect(scores('9')).not.toBe(scores('8'));
});

test('a pair depends on its index and opening, not on the pairs played before it', () => {
  const candidate = fileOf(turn('3').trained, 'model');
  const played = (asked: readonly object[]): unknown =>
    manifestOf(runPayload('evaluate', { request: { pairs: asked }, inputs: { candidate } })).result['pairs'];
  expect(played(pairs)).toEqual(pairs.flatMap((pair) => played([pair])));
});

test('training starts from the given model', () => {
  const { played, trained } = turn('5');
  const inputs = { 'games.ndjson': fileOf(played, 'games.ndjson'), model: fileOf(trained, 'model') };
  const further = runPayload('train', { request: { games: 40 }, inputs, seed: '5' });
  expect(manifestOf(further).result['loss']).toBeLessThan(manifestOf(trained).result['loss'] as number);
});

describe('a bad request ends with code 2, a reason, and no manifest', () => {
  const games = '{"id":"a.0","result":1,"moves":"1212121"}\n';
  test.each([
    ['self-play', { request: '{"games":' }, 'Cannot read request.json'],
    ['self-play', { request: [] }, 'not an object'],
    ['self-play', { request: { ...selfPlay, games: 0 } }, 'games'],
    ['self-play', { request: { ...selfPlay, games: 2.5 } }, 'games'],
    ['self-play', { request: { ...selfPlay, firstGame: -1 } }, 'firstGame'],
    ['self-play', { request: { ...selfPlay, prefix: 'a b' } }, 'prefix'],
    ['self-play', { request: { ...selfPlay, exploration: 1.5 } }, 'exploration'],
    ['self-play', { request: selfPlay, seed: '4294967296' }, 'RINGMASTER_SEED'],
    ['self-play', { request: selfPlay, seed: 'x' }, 'RINGMASTER_SEED'],
    ['self-play', { request: selfPlay, inputs: { model: 'no model' } }, 'Cannot read the model'],
    ['train', { request: { games: 1 } }, 'games.ndjson'],
    ['train', { request: { games: 2 }, inputs: { 'games.ndjson': games } }, 'says 2 games'],
    ['train', { request: { games: 1 }, inputs: { 'games.ndjson': games.replace('":1,', '":-1,') } }, 'its moves say 1'],
    ['evaluate', { request: { pairs: [] } }, 'pairs'],
    ['evaluate', { request: { pairs: [{ index: 0, opening: 1e9 }] } }, 'pairs[0].opening'],
    ['evaluate', { request: { pairs: [{ index: -1, opening: 0 }] } }, 'pairs[0].index'],
  ])('%s %j', (program, asked, reason) => {
    const ran = runPayload(program, asked);
    expect([ran.code, Object.keys(ran.files)]).toEqual([2, []]);
    expect(ran.stderr).toContain(reason);
  });
});

describe('verify', () => {
  const request = { games: 2, firstGame: 7, prefix: 'cf.1', exploration: 0 };
  const good = ['{"id":"cf.1.7","result":1,"moves":"1212121"}', '{"id":"cf.1.8","result":-1,"moves":"31212121"}'].map((line) => `${line}\n`);
  const verify = (text: string): Ran => runPayload('verify', { request, outputs: { 'games.ndjson': text } });

  test('accepts the output of self-play', () => {
    const outputs = { 'games.ndjson': fileOf(runPayload('self-play', { request: selfPlay }), 'games.ndjson') };
    expect(runPayload('verify', { request: selfPlay, outputs })).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['a good file', good.join(''), 0, ''],
    ['a wrong result', good.join('').replace('"result":-1', '"result":0'), 1, 'its moves say -1'],
    ['a game cut short', good.join('').replace('1212121"', '121212"'), 1, 'undecided'],
    ['moves after the end', good.join('').replace('"1212121"', '"12121213"'), 1, 'goes on after four'],
    ['a ninth disc in a column', good.join('').replace('"1212121"', '"1111111"'), 1, 'full or none'],
    ['an unknown column', good.join('').replace('"1212121"', '"8212121"'), 1, 'columns 1 to 7'],
    ['a missing game', good[0] ?? '', 1, '2 games were asked for, 1 are there'],
    ['games out of order', good.toReversed().join(''), 1, 'game 1 is cf.1.8'],
    ['a torn last line', good.join('').trimEnd(), 1, 'the last line has no end'],
    ['no JSON', 'games\n', 1, 'it is no JSON'],
  ])('%s', (_, text, code, reason) => {
    const ran = verify(text);
    expect(ran.stderr).toContain(reason);
    expect(ran.code).toBe(code);
  });

  test('no file at all', () => {
    expect(runPayload('verify', { request })).toMatchObject({ code: 1 });
  });
});
