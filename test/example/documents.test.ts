/** Tests that the documents give the same numbers for the demo as examples/cluster.demo.yaml. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readRepositoryFile } from '../support/repository.ts';

interface Pipeline {
  readonly turns: number;
  readonly games: { readonly perTurn: number; readonly perItem: number; readonly windowTurns: number };
  readonly exploration: number;
  readonly gate: { readonly elo0: number; readonly elo1: number; readonly alpha: number; readonly beta: number; readonly pairsMax: number };
}
const [pipeline] = (parse(readRepositoryFile('examples/cluster.demo.yaml')) as { readonly pipelines: readonly Pipeline[] }).pipelines;
if (pipeline === undefined) throw new Error('the demo has a pipeline');
const { turns, games, exploration, gate } = pipeline;

test('the README of the example describes the demo', () => {
  const flat = readRepositoryFile('examples/connect-four/README.md').replaceAll(/\s+/g, ' ');
  expect(gate.alpha).toBe(gate.beta);
  expect(flat).toContain(
    `${turns} turns of ${games.perTurn} games, exploration ${exploration}, window of ${games.windowTurns} turns, gate elo0 ${gate.elo0}, elo1 ${gate.elo1}, alpha = beta = ${gate.alpha}, at most ${gate.pairsMax} pairs.`,
  );
});

test.each(['README.md', 'docs/cli.md'])('the run that %s shows has the size of the demo', (path) => {
  const text = readRepositoryFile(path);
  const numbers = (pattern: RegExp): readonly (readonly number[])[] => [...text.matchAll(pattern)].map((match) => match.slice(1).map(Number));
  const trained = numbers(/turn (\d+): train \((\d+) games\)/g);
  expect(trained.length).toBeGreaterThan(0);
  for (const [turn = 0, count] of trained) expect(count).toBe(games.perTurn * Math.min(turn, games.windowTurns));
  const items = Math.ceil(games.perTurn / games.perItem);
  expect(numbers(/self-play \(0\/(\d+) items\)/g).flat()).toEqual(expect.arrayContaining([items]));
  expect(numbers(/^(\d+) turns in \S+: (\d+) games/gm)).toEqual([[turns, games.perTurn * turns]]);
});
