/** Plays the champion against itself and records the games. While there is no champion yet, the player moves at random. */
import { writeGame } from './job/games-file.ts';
import { Progress } from './job/progress.ts';
import { readModel, runProgram } from './job/run-program.ts';
import { readSelfPlayRequest } from './job/self-play-request.ts';
import { writeOutputs } from './job/write-outputs.ts';
import { playItself } from './match/play-itself.ts';
import { playerOf } from './match/player.ts';
import { Random } from './random.ts';

runProgram((job) => {
  const { games, firstGame, prefix, exploration } = readSelfPlayRequest(job.request);
  const player = playerOf(readModel(job, 'model'));
  const progress = new Progress(games, 'self-play');
  const lines: string[] = [];
  const scores = { first: 0, draw: 0, second: 0 };
  let plies = 0;
  for (let number = firstGame; number < firstGame + games; number += 1) {
    const { moves, result } = playItself(player, new Random(job.seed, number), exploration);
    lines.push(writeGame({ id: `${prefix}.${number}`, result, moves }));
    scores[result === 1 ? 'first' : result === 0 ? 'draw' : 'second'] += 1;
    plies += moves.length;
    progress.step();
  }
  writeOutputs(job.output, { 'games.ndjson': Buffer.from(lines.join('')) }, { games, plies, ...scores });
});
