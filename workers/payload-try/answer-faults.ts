/** Checks of what a payload reports: its progress lines and its games. Each function returns a sentence for a fault, or undefined. */
import { type AskedGames, readGames } from '../../src/domain/game/games-file.ts';
import { parseProgress } from '../../src/domain/job/progress.ts';
import { ledgerLimits } from '../../src/storage/limits.ts';

/** Every line on stdout must be progress. The cluster ends a job only after three other lines in a row, which a tiny request may not reach. */
export function progressFault(stdout: string): string | undefined {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const bad = lines.filter((line) => parseProgress(line) === undefined);
  if (bad.length === 0) return undefined;
  return `${bad.length} of ${lines.length} lines on stdout are not progress, the first is ${JSON.stringify(bad[0]?.slice(0, 80))}; free text belongs on stderr`;
}

export function gamesFault(text: string, asked: AskedGames): string | undefined {
  const read = readGames(text, asked, ledgerLimits.gameBytesMax);
  if (read.type === 'fault') return read.line === 0 ? read.because : `line ${read.line}: ${read.because}`;
  const ids = new Set(read.games.map(({ id }) => id));
  const missing = Array.from({ length: asked.games }, (_, k) => `${asked.prefix}.${asked.firstGame + k}`).find((id) => !ids.has(id));
  if (missing !== undefined) return `game ${missing} was asked for and is not there`;
  return ids.size === read.games.length ? undefined : 'a game is there twice';
}
