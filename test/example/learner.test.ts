import { expect, test } from 'vitest';
import { learn, learningPlan } from '../../examples/connect-four/learner/learn.ts';
import { decodeModel, encodeModel } from '../../examples/connect-four/learner/model-file.ts';
import { noWeights, type Weights } from '../../examples/connect-four/learner/network.ts';
import { Position } from '../../examples/connect-four/learner/position.ts';
import { chooseMove } from '../../examples/connect-four/learner/search.ts';
import { playGame } from '../../examples/connect-four/match/play-game.ts';
import { playPair } from '../../examples/connect-four/match/play-pair.ts';
import { modelPlayer, randomPlayer } from '../../examples/connect-four/match/player.ts';
import { Random } from '../../examples/connect-four/random.ts';
import { sha256 } from '../support/sha256.ts';

const player = randomPlayer();
const lessons = Array.from({ length: 400 }, (_, game) => playGame(player, player, new Random(1, game)));
const trained = noWeights();
learn(trained, lessons, new Random(1), learningPlan);

function randomWeights(): Weights {
  const random = new Random(7);
  return noWeights().map(() => random.unit() - 0.5);
}

const playedTo = (weights: Weights, moves: readonly number[]): Position => {
  const position = new Position(weights);
  for (const column of moves) position.play(column);
  return position;
};

/** Returns a digest of the weights. Tests compare digests, because vitest takes a minute to print the difference of two arrays of this length. */
const digestOf = (weights: Weights): string => sha256(encodeModel(weights));

test('a model of 400 random games beats the random player by far', () => {
  const candidate = modelPlayer(trained);
  const scores = Array.from({ length: 30 }, (_, index) => playPair(candidate, player, { index, opening: index }, 1).scores);
  expect(scores.flat().reduce((sum, score) => sum + score, 0) / 60).toBeGreaterThan(0.95);
});

test('a trained model also beats the untrained model, so the learning helps and not only the search', () => {
  const [candidate, untrained] = [modelPlayer(trained), modelPlayer(noWeights())];
  const scores = Array.from({ length: 60 }, (_, index) => playPair(candidate, untrained, { index, opening: index }, 1).scores);
  expect(scores.flat().reduce((sum, score) => sum + score, 0) / 120).toBeGreaterThan(0.55);
});

test('learning gives the same weights to the bit', () => {
  const again = noWeights();
  learn(again, lessons, new Random(1), learningPlan);
  expect(digestOf(again)).toBe(digestOf(trained));
  const otherOrder = noWeights();
  learn(otherOrder, lessons, new Random(2), learningPlan);
  expect(digestOf(otherOrder)).not.toBe(digestOf(trained));
});

test('a model file is read back as it was written, at any offset in a buffer', () => {
  const bytes = encodeModel(trained);
  expect(decodeModel(bytes)).toEqual(trained);
  expect(decodeModel(Buffer.concat([Buffer.from('x'), bytes]).subarray(1))).toEqual(trained);
});

test.each([
  ['nothing', (): Uint8Array => new Uint8Array(0), 'begin'],
  ['another file', (bytes: Uint8Array) => bytes.fill(1, 0, 4), 'begin'],
  ['another version', (bytes: Uint8Array) => bytes.fill(9, 4, 5), 'format 9'],
  ['a file cut short', (bytes: Uint8Array) => bytes.subarray(0, -4), 'weights in'],
  ['a weight that is not a number', (bytes: Uint8Array) => bytes.fill(255, 12, 16), 'weight 0 is NaN'],
])('a model file is refused: %s', (_, damage, reason) => {
  expect(() => decodeModel(damage(encodeModel(trained)))).toThrow(reason);
});

test('the sums that are updated move by move equal the sums computed from scratch', () => {
  const weights = randomWeights();
  for (const { moves } of lessons.slice(0, 20)) {
    const position = new Position(weights);
    for (const [ply, column] of moves.entries()) {
      position.play(column);
      const kept = position.sum;
      const anew = playedTo(weights, moves.slice(0, ply + 1));
      anew.refresh();
      expect(kept).toBeCloseTo(anew.sum, 9);
      expect(position.contents).toEqual(anew.contents);
    }
    const atEnd = position.sum;
    for (const _ of moves) position.undo();
    for (const column of moves) position.play(column);
    expect(position.sum).toBe(atEnd);
  }
});

test('a position and its mirror image have the same value', () => {
  const weights = randomWeights();
  for (const { moves } of lessons.slice(0, 20)) {
    const mirrored = moves.map((column) => 6 - column);
    expect(playedTo(weights, moves).sum).toBeCloseTo(playedTo(weights, mirrored).sum, 9);
  }
});

test.each([
  ['a win is taken', [3, 0, 3, 0, 3, 1], 3],
  ['a win is prevented', [3, 0, 3, 0, 3], 3],
  ['a win is taken before one is prevented', [3, 0, 3, 0, 3, 0], 3],
  // The opponent has two discs in the middle of the bottom row, and both ends are open. The player to move must block one end at once.
  ['an open three is not allowed', [3, 3, 2], [1, 4]],
])('with any weights %s', (_, moves, answer) => {
  for (let seed = 0; seed < 20; seed += 1) {
    const random = new Random(seed);
    const position = playedTo(
      noWeights().map(() => random.unit() - 0.5),
      moves,
    );
    expect([answer].flat()).toContain(chooseMove(position, 2, random));
  }
});
