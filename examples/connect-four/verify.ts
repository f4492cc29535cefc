/**
 * Checks the games of a self-play job: every requested game is present once, is legal to its end, and has the result that its moves give. The exit
 * code is 1 when a game fails the check.
 */
import { readGames } from './job/games-file.ts';
import { readInput, runProgram } from './job/run-program.ts';
import { readSelfPlayRequest } from './job/self-play-request.ts';

runProgram((job) => {
  const { games, firstGame, prefix } = readSelfPlayRequest(job.request);
  const fault = findFault(readInput(job.output, 'games.ndjson'), games, (at) => `${prefix}.${firstGame + at}`);
  if (fault === undefined) return;
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
});

function findFault(text: Buffer | undefined, wanted: number, idOf: (at: number) => string): string | undefined {
  if (text === undefined) return 'Cannot accept the outputs: there is no games.ndjson';
  try {
    const games = readGames(text.toString());
    if (games.length !== wanted) return `Cannot accept the outputs: ${wanted} games were asked for, ${games.length} are there`;
    for (const [at, { id }] of games.entries()) if (id !== idOf(at)) return `Cannot accept the outputs: game ${at + 1} is ${id}, not ${idOf(at)}`;
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
