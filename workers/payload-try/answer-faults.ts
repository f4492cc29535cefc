/** Checks of what a payload reports: its progress lines, its games and its pairs. Each function returns a sentence for a fault, or undefined. */
import { type AskedGames, readGames } from '../../src/domain/game/games-file.ts';
import { parseProgress } from '../../src/domain/job/progress.ts';
import { isPair } from '../../src/domain/model/evaluation.ts';
import { ledgerLimits } from '../../src/storage/limits.ts';

export interface AskedPair {
  readonly index: number;
  readonly opening: number;
}

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

export function pairsFault(pairs: unknown, asked: readonly AskedPair[]): string | undefined {
  if (!Array.isArray(pairs)) return 'the result has no list "pairs"';
  const bad = (pairs as unknown[]).find((pair) => !isPair(pair));
  if (bad !== undefined) return `${JSON.stringify(bad).slice(0, 120)} is not a pair: index, opening and two scores of 0, 0.5 or 1`;
  const got = pairs.filter(isPair);
  for (const { index, opening } of asked) {
    const found = got.filter((pair) => pair.index === index);
    if (found.length !== 1) return `pair ${index} was asked for and is there ${found.length === 0 ? 'not at all' : `${found.length} times`}`;
    if (found[0]?.opening !== opening) return `pair ${index} was asked for with opening ${opening} and has ${JSON.stringify(found[0]?.opening)}`;
  }
  const other = got.find((pair) => !asked.some(({ index }) => index === pair.index));
  return other === undefined ? undefined : `pair ${other.index} was not asked for`;
}
