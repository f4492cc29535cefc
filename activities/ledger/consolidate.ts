/**
 * Games of the replicas at home (names under `data/replicas`, or absolute) into `selfplay.db`: `<replica>/current/<item>.games.ndjson`, one JSON
 * object a line with `id` and `result`. A file is taken whole or not at all. A damaged one does not keep the others out: all are read, then the damage is thrown.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LedgerActivities } from '../../src/contract/activities.ts';
import { RingmasterError } from '../../src/domain/failure.ts';
import { parseSelfPlayItemId } from '../../src/domain/populate.ts';
import type { GameLine, GameStore, GamesFile } from '../../src/storage/game-store.ts';
import { ledgerLimits } from '../../src/storage/ledger/ledger-limits.ts';
import type { LedgerDependencies } from './dependencies.ts';

const suffix = '.games.ndjson';

export const consolidate =
  ({ ledgers: { games }, stateFolder }: LedgerDependencies): LedgerActivities['consolidate'] =>
  async ({ pipeline, replicas }) => {
    let read = 0;
    let added = 0;
    const damage: RingmasterError[] = [];
    for (const replica of replicas) {
      const folder = await currentOf(resolve(stateFolder, 'data/replicas', replica));
      for (const name of (await readdir(folder)).filter((entry) => entry.endsWith(suffix)).toSorted()) {
        try {
          const taken = await takeFile(games, pipeline, folder, name);
          read += taken.read;
          added += taken.added;
        } catch (error) {
          if (!(error instanceof RingmasterError) || error.code !== 'sync.corrupt') throw error;
          damage.push(error);
        }
      }
    }
    throwFirst(damage);
    return { read, added, total: games.total(pipeline) };
  };

/** The folder that `current` points to now: a swap while we read changes nothing for us. */
async function currentOf(replica: string): Promise<string> {
  try {
    return await realpath(join(replica, 'current'));
  } catch (error) {
    throw new RingmasterError('sync.source-missing', {
      cannot: `consolidate ${replica}`,
      because: 'it has no folder "current"',
      hint: 'syncing that dataset first',
      fields: { replica },
      cause: error,
    });
  }
}

async function takeFile(
  games: GameStore,
  pipeline: string,
  folder: string,
  name: string,
): Promise<{ readonly read: number; readonly added: number }> {
  const path = join(folder, name);
  const item = name.slice(0, -suffix.length);
  const parsed = parseSelfPlayItemId(item);
  if (parsed === undefined) throw corrupt(path, 0, `its name is not that of a self-play item of "${pipeline}"`);
  // Another pipeline's games are its own business, even in a shared dataset.
  if (parsed.pipeline !== pipeline) return { read: 0, added: 0 };
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const before = games.readBefore(name, sha256);
  if (before !== undefined) return { read: before, added: 0 };
  const file: GamesFile = { pipeline, turn: parsed.turn, item, itemNumber: parsed.k, name, sha256, path };
  const lines = parseGames(path, bytes);
  return { read: lines.length, added: games.add(file, lines) };
}

function parseGames(path: string, bytes: Uint8Array): readonly GameLine[] {
  const text = decode(path, bytes);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((json, at) => {
    if (json.length > ledgerLimits.gameBytesMax) throw corrupt(path, at + 1, `the line is longer than ${ledgerLimits.gameBytesMax} characters`);
    return parseGame(path, at + 1, json);
  });
}

function parseGame(path: string, line: number, json: string): GameLine {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw corrupt(path, line, 'the line is not JSON', error);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw corrupt(path, line, 'the line is not a JSON object');
  const { id, result } = value as { readonly id?: unknown; readonly result?: unknown };
  if (typeof id !== 'string' || id === '' || id.length > 200) throw corrupt(path, line, 'it has no string "id" of 1 to 200 characters');
  if (typeof result !== 'string' && typeof result !== 'number') throw corrupt(path, line, 'it has no "result"');
  return { id, result: String(result), line, json };
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw corrupt(path, 0, 'it is not UTF-8', error);
  }
}

const corrupt = (path: string, line: number, because: string, cause?: unknown): RingmasterError =>
  new RingmasterError('sync.corrupt', {
    cannot: `consolidate ${line === 0 ? path : `${path}:${line}`}`,
    because,
    hint: 'looking at the file; nothing of it was added, a new sync replaces it',
    fields: { file: path, line },
    ...(cause === undefined ? {} : { cause }),
  });

function throwFirst([first, ...others]: readonly RingmasterError[]): void {
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new RingmasterError('sync.corrupt', {
    cannot: `consolidate ${others.length + 1} files`,
    because: `the first of them is damaged like this: ${first.message}`,
    hint: `looking at these, too: ${others
      .slice(0, 5)
      .map(({ fields }) => `${fields['file']}:${fields['line']}`)
      .join(', ')}`,
    fields: { ...first.fields, files: others.length + 1 },
    cause: first,
  });
}
