/**
 * Decides what becomes of one file of a replica. The first row that fits holds.
 *
 * | the file                                                           | then                                                    |
 * |--------------------------------------------------------------------|---------------------------------------------------------|
 * | is not a games file, or belongs to another pipeline                | passed over                                             |
 * | belongs to a slice whose games are already home                    | not read, so that no game counts twice                  |
 * | belongs to an item that is unknown or not completed                | ignored: its games are not accepted, or not yet         |
 * | has other bytes than were accepted, from another node              | ignored: an earlier try left it behind                  |
 * | was set aside with the same bytes                                  | not parsed again                                        |
 * | has other bytes than were accepted, from the same node             | set aside: it was damaged on that node                  |
 * | does not hold the games that its item was asked for                | set aside                                               |
 * | is good                                                            | all its games are added, in one transaction             |
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { itemOfGamesFile, readGames, type GamesFault, type GamesRead } from '../../../src/domain/game/games-file.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import { parseSelfPlayItemId } from '../../../src/domain/item/populate.ts';
import { isHome } from '../../../src/domain/game/replay.ts';
import type { GamesFile } from '../../../src/storage/game/game-store.ts';
import { ledgerLimits } from '../../../src/storage/limits.ts';
import type { SelfPlayItem } from '../../../src/storage/game/self-play-items.ts';
import type { GameWorkDependencies } from './game-work-dependencies.ts';
import { sliceOf } from './slices.ts';

export interface FoundFile {
  readonly pipeline: string;
  readonly name: string;
  readonly path: string;
  /** The path that failures show. It stays valid when the replica is swapped. */
  readonly shown: string;
  /** The node that the replica came from. */
  readonly node: string;
}

export type GameFileResult =
  | { readonly type: 'taken'; readonly read: number; readonly added: number }
  | { readonly type: 'set-aside'; readonly item: ItemId }
  | { readonly type: 'passed' | 'ignored' };

const taken = (read: number, added: number): GameFileResult => ({ type: 'taken', read, added });

export async function acceptGameFile({ games, items, now }: GameWorkDependencies, found: FoundFile): Promise<GameFileResult> {
  const { pipeline, name, node } = found;
  const id = itemOfGamesFile(name);
  const named = id === undefined ? undefined : parseSelfPlayItemId(id);
  if (id === undefined || named?.pipeline !== pipeline) return { type: 'passed' };
  const slice = sliceOf({ games, items }, pipeline, named.turn, named.k);
  const item = items.get(id);
  if (slice !== undefined && isHome(slice)) return taken(games.gamesRead(name, item?.accepted ?? '') ?? 0, 0);
  if (item?.accepted === undefined) return { type: 'ignored' };
  const { sha256, bytes } = await load(found.path);
  if (sha256 !== item.accepted && item.node !== node) return { type: 'ignored' };
  if (games.isSetAside(name, sha256)) return { type: 'passed' };
  const file: GamesFile = { pipeline, turn: named.turn, item: id, itemNumber: named.k, name, sha256, path: found.shown };
  try {
    const seen = sha256 === item.accepted ? parse(bytes, item) : fault(`its sha256 is ${sha256} and ${item.accepted} was accepted`);
    if (seen.type === 'fault') throw badGames(file, node, seen);
    return taken(seen.games.length, games.add(file, seen.games, now()));
  } catch (error) {
    if (!(error instanceof RingmasterError) || error.code !== 'pipeline.bad-games') throw error;
    const failure = toFailureRecord(error);
    games.setAside(file, { ...failure, fields: { ...failure.fields, node } }, now());
    return { type: 'set-aside', item: id };
  }
}

/** Returns the sha256 of a file, and its bytes unless the file is too large to be read. */
async function load(path: string): Promise<{ readonly sha256: string; readonly bytes?: Uint8Array }> {
  const hash = createHash('sha256');
  if ((await stat(path)).size > ledgerLimits.gamesFileBytesMax) {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    return { sha256: hash.digest('hex') };
  }
  const bytes = await readFile(path);
  return { sha256: hash.update(bytes).digest('hex'), bytes };
}

function parse(bytes: Uint8Array | undefined, { asked }: SelfPlayItem): GamesRead {
  if (bytes === undefined) return fault(`it has more than ${ledgerLimits.gamesFileBytesMax} bytes`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return readGames(text, asked, ledgerLimits.gameBytesMax);
  } catch (error) {
    if (error instanceof TypeError) return fault('it is not UTF-8');
    throw error;
  }
}

const fault = (because: string): GamesFault => ({ type: 'fault', line: 0, because });

const badGames = ({ item, path, sha256 }: GamesFile, node: string, { line, because }: GamesFault): RingmasterError =>
  new RingmasterError('pipeline.bad-games', {
    cannot: `take the games of ${item} from ${node}`,
    because: line === 0 ? `${path} is damaged: ${because}` : `line ${line} of ${path} is damaged: ${because}`,
    hint: { say: `looking at the file; nothing of it was added, and it is looked at again only when its bytes change` },
    fields: { item, node, file: path, line, sha256 },
  });
