/** Trains the next model from recorded games. Training starts from the champion, if there is one. */
import { BadRequest } from './job/bad-request.ts';
import { readInteger } from './job/fields.ts';
import { readGames } from './job/games-file.ts';
import { Progress } from './job/progress.ts';
import { readInput, readModel, runProgram } from './job/run-program.ts';
import { gamesMax } from './job/self-play-request.ts';
import { writeOutputs } from './job/write-outputs.ts';
import { learn, learningPlan } from './learner/learn.ts';
import { encodeModel } from './learner/model-file.ts';
import { noWeights } from './learner/network.ts';
import { Random } from './random.ts';

runProgram((job) => {
  const games = readInteger('games', job.request['games'], 1, gamesMax);
  const text = readInput(job.input, 'games.ndjson');
  if (text === undefined) throw new BadRequest('Cannot train: there is no games.ndjson');
  const lessons = readGames(text.toString());
  if (lessons.length !== games) throw new BadRequest(`Cannot train: the request says ${games} games, but games.ndjson has ${lessons.length}`);
  const weights = readModel(job, 'model') ?? noWeights();
  const progress = new Progress(games * learningPlan.epochs, 'train');
  const { positions, loss } = learn(weights, lessons, new Random(job.seed), learningPlan, () => progress.step());
  writeOutputs(job.output, { model: encodeModel(weights) }, { positions, loss });
});
