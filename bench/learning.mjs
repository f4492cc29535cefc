/**
 * Measures whether the loop makes stronger models. The turns (self-play → train → gate) run in one process without Temporal. They use the code of the
 * example's programs and the product's arithmetic of the gate. Then the last champion plays against the first champion and against a plain alpha-beta
 * player of depth 4, from openings that no gate used. The same seed gives the same figures on every machine, except the times.
 * Usage: npx tsc -b examples/connect-four src/domain && node bench/learning.mjs [turns] [gamesPerTurn] [seed]
 */
import { alphaBetaPlayer } from '../dist/examples/connect-four/alpha-beta.js';
import { learn, learningPlan } from '../dist/examples/connect-four/learner/learn.js';
import { encodeModel } from '../dist/examples/connect-four/learner/model-file.js';
import { noWeights } from '../dist/examples/connect-four/learner/network.js';
import { playItself } from '../dist/examples/connect-four/match/play-itself.js';
import { playPair } from '../dist/examples/connect-four/match/play-pair.js';
import { modelPlayer, playerOf } from '../dist/examples/connect-four/match/player.js';
import { openingMoves } from '../dist/examples/connect-four/openings.js';
import { Random } from '../dist/examples/connect-four/random.js';
import { estimateElo, logLikelihoodRatio, sprtVerdict } from '../dist/src/domain/model/sprt.js';

const [turns, gamesPerTurn, seed] = [10, 4000, 1].map((usual, at) => Number(process.argv[2 + at] ?? usual));
const windowTurns = 3;
const exploration = 0.05;
const gate = { elo0: 0, elo1: 30, alpha: 0.05, beta: 0.05, pairsMax: 300 };
const matchPairs = 150;
/** No turn begins after this time, so a slow machine plays fewer turns. The output shows this in `turns` and `turnsWanted`. */
const budgetMs = 240_000;

const startedAt = performance.now();
const cpuMs = () => (({ user, system }) => (user + system) / 1000)(process.cpuUsage());
const spent = { selfPlayMs: 0, trainMs: 0, gateMs: 0, matchMs: 0 };
function timed(what, work) {
  const from = cpuMs();
  const result = work();
  spent[what] += cpuMs() - from;
  return result;
}

/** Gates take openings from the front of the list of openings. Matches take openings from the end of the list. */
let nextOpening = 0;

function playGate(candidate, champion, turn) {
  const pairs = [];
  for (;;) {
    pairs.push(playPair(candidate, champion, { index: pairs.length, opening: nextOpening++ }, seed + turn));
    const verdict = sprtVerdict(gate, pairs);
    if (verdict.verdict !== 'continue') return { ...verdict, pairs };
  }
}

function match(player, opponent) {
  const last = openingMoves().length - 1;
  const pairs = Array.from({ length: matchPairs }, (_, index) => playPair(player, opponent, { index, opening: last - index }, seed));
  const counts = [0, 0, 0, 0, 0];
  for (const { scores } of pairs) counts[2 * (scores[0] + scores[1])] += 1;
  return { games: 2 * pairs.length, score: scoreOf(pairs), pentanomial: counts, ...estimate(counts) };
}

const rounded = (value, digits = 1) => Number(value.toFixed(digits));
const scoreOf = (pairs) => rounded(pairs.reduce((sum, { scores }) => sum + scores[0] + scores[1], 0) / (2 * pairs.length), 3);
const estimate = (counts) =>
  (({ elo, error }) => ({ elo: rounded(elo), error: rounded(error), llr: rounded(logLikelihoodRatio(counts, gate), 2) }))(estimateElo(counts));

const champions = [];
const generations = [];
const recent = [];
for (let turn = 1; turn <= turns && performance.now() - startedAt < budgetMs; turn += 1) {
  const champion = champions.at(-1);
  const player = playerOf(champion);
  const games = timed('selfPlayMs', () =>
    Array.from({ length: gamesPerTurn }, (_, number) => playItself(player, new Random(seed, turn, number), exploration)),
  );
  recent.push(games);
  if (recent.length > windowTurns) recent.shift();
  const candidate = champion?.slice() ?? noWeights();
  const { positions, loss } = timed('trainMs', () => learn(candidate, recent.flat(), new Random(seed, turn), learningPlan));
  const { verdict, pairsUsed, pairs } = timed('gateMs', () => playGate(modelPlayer(candidate), playerOf(champion), turn));
  if (verdict === 'accept') champions.push(candidate);
  generations.push({ turn, positions, loss: rounded(loss, 4), verdict, pairs: pairsUsed, score: scoreOf(pairs) });
  process.stderr.write(`${JSON.stringify(generations.at(-1))}\n`);
}

const last = champions.at(-1);
if (last === undefined) throw new Error('no candidate passed the gate');
const [againstFirst, againstAlphaBeta] = timed('matchMs', () => [
  match(modelPlayer(last), modelPlayer(champions[0])),
  match(modelPlayer(last), alphaBetaPlayer(4)),
]);
console.log(
  JSON.stringify({
    bench: 'learning',
    node: process.version,
    seed,
    turns: generations.length,
    turnsWanted: turns,
    gamesPerTurn,
    promotions: champions.length,
    modelBytes: encodeModel(last).length,
    againstFirst,
    againstAlphaBeta4: againstAlphaBeta,
    cpu: {
      msPerGame: rounded(spent.selfPlayMs / (generations.length * gamesPerTurn), 2),
      msPerTraining: rounded(spent.trainMs / generations.length),
      msPerPair: rounded(spent.gateMs / nextOpening, 2),
      matchesMs: rounded(spent.matchMs),
    },
    wallSeconds: rounded((performance.now() - startedAt) / 1000),
    generations,
  }),
);
