/** Plays the candidate against the champion, two games from each opening. The pipeline decides the verdict. */
import { BadRequest } from './job/bad-request.ts';
import { asObject, readInteger, type Fields } from './job/fields.ts';
import { Progress } from './job/progress.ts';
import { readModel, runProgram } from './job/run-program.ts';
import { writeOutputs } from './job/write-outputs.ts';
import { playPair, type Pair } from './match/play-pair.ts';
import { playerOf } from './match/player.ts';
import { openingMoves } from './openings.ts';

/** A request has at most this many pairs. A result has at most 64 KiB, and each pair takes about 50 bytes of the result. */
const pairsMax = 1000;

runProgram((job) => {
  const pairs = readPairs(job.request);
  const [candidate, champion] = [playerOf(readModel(job, 'candidate')), playerOf(readModel(job, 'champion'))];
  const progress = new Progress(pairs.length, 'evaluate');
  const played = pairs.map((pair) => {
    const scored = playPair(candidate, champion, pair, job.seed);
    progress.step();
    return scored;
  });
  writeOutputs(job.output, {}, { pairs: played });
});

function readPairs({ pairs }: Fields): readonly Pair[] {
  if (!Array.isArray(pairs) || pairs.length === 0 || pairs.length > pairsMax)
    throw new BadRequest(`Cannot evaluate: pairs must be a list of 1 to ${pairsMax} pairs`);
  return pairs.map((value: unknown, at) => {
    const pair = asObject(`pairs[${at}]`, value);
    return {
      index: readInteger(`pairs[${at}].index`, pair['index'], 0, 0xffff_ffff),
      opening: readInteger(`pairs[${at}].opening`, pair['opening'], 0, openingMoves().length - 1),
    };
  });
}
