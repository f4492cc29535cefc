/**
 * QUALITY_MONITOR counts the games of each turn as they come home, and judges them by themselves and against the turns before
 * (`src/domain/game/quality.ts`). A bad batch is an event. With `quality: hold` in its entry, the pipeline is also paused at once, so that no training takes
 * the games before an operator has looked. A batch is reported once for each set of faults.
 */
import { type BatchFault, batchFaults, type GameBatch } from '../domain/game/quality.ts';
import type { DutyStep } from '../domain/daemon/work.ts';
import { wishTextCharsMax } from '../domain/limits.ts';
import { duty } from './duty.ts';

/** A batch is compared with the games of this many turns before it. */
export const turnsBefore = 3;
/** One round counts at most this many batches, so that it ends within the limit of a round. */
const batchesMax = 4;

/** A counted turn, and the time of its newest game at the count. */
export interface CountedTurn extends GameBatch {
  readonly newestMs: number;
}

export interface SeenGames {
  readonly pipeline: string;
  readonly holds: boolean;
  /** The newest turns with games, the newest first. */
  readonly turns: readonly { readonly turn: number; readonly newestMs: number }[];
  /** The turns that were counted in this round. */
  readonly counted: readonly CountedTurn[];
}

export interface Memory {
  readonly batches: Readonly<Record<string, readonly CountedTurn[]>>;
  readonly reported: Readonly<Record<string, string>>;
}

const isCounted = (memory: Memory | undefined, pipeline: string, { turn, newestMs }: SeenGames['turns'][number]): boolean =>
  memory?.batches[pipeline]?.some((one) => one.turn === turn && one.newestMs === newestMs) === true;

export const qualityMonitor = duty({
  observe: async ({ model, config, countGames }, memory: Memory | undefined): Promise<readonly SeenGames[]> => {
    let left = batchesMax;
    const seen = config.pipelines.map(({ name, quality }) => {
      const turns = model.gameTurns(name, turnsBefore + 1);
      const fresh = turns.filter((one) => !isCounted(memory, name, one)).slice(0, left);
      left -= fresh.length;
      return { pipeline: name, holds: quality === 'hold', turns, fresh };
    });
    const count = async (pipeline: string, one: SeenGames['turns'][number]): Promise<CountedTurn> => ({
      ...(await countGames(pipeline, one.turn)),
      ...one,
    });
    return Promise.all(
      seen.map(async ({ fresh, ...one }) => ({ ...one, counted: await Promise.all(fresh.map((turn) => count(one.pipeline, turn))) })),
    );
  },
  decide: decideQuality,
});

export function decideQuality(seen: readonly SeenGames[], memory: Memory | undefined) {
  const pipelines = seen.map((one) => judged(one, memory));
  const bad = pipelines.filter(({ faults }) => faults.length > 0);
  const steps: readonly DutyStep[] = bad.flatMap(({ pipeline, holds, newest, faults, key, isNew }) =>
    newest === undefined || !isNew
      ? []
      : [
          {
            type: 'report-games' as const,
            key,
            holds,
            pipeline,
            turn: newest.turn,
            games: newest.games,
            faults: faults.map(({ say: text }) => text),
            reason: reasonOf(newest, faults),
          },
        ],
  );
  const say = ({ pipeline, newest, faults }: (typeof bad)[number]): string =>
    `turn ${newest?.turn ?? 0} of ${pipeline}: ${faults.map(({ say: text }) => text).join(', ')}`;
  return {
    health: {
      // The duty is well when it judges. Bad games are the state of their pipeline.
      healthy: true,
      message: bad.length === 0 ? `the newest games of ${pipelines.length} pipelines are in order` : `bad games: ${bad.map(say).join('; ')}`,
      details: Object.fromEntries(pipelines.flatMap(({ pipeline, newest }) => (newest === undefined ? [] : [[pipeline, sayBatch(newest)]]))),
    },
    memory: {
      batches: Object.fromEntries(pipelines.map(({ pipeline, batches }) => [pipeline, batches])),
      reported: Object.fromEntries(bad.map(({ pipeline, key }) => [pipeline, key])),
    },
    // The turns that this round did not count wait for the next round.
    ...(pipelines.some(({ isBehind }) => isBehind) ? { restMs: 1_000 } : {}),
    steps,
  };
}

function judged({ pipeline, holds, turns, counted }: SeenGames, memory: Memory | undefined) {
  const known = memory?.batches[pipeline] ?? [];
  const batches = turns.flatMap(({ turn }) => counted.find((one) => one.turn === turn) ?? known.find((one) => one.turn === turn) ?? []);
  const isBehind = batches.length < turns.length;
  const [newest, ...before] = batches;
  // Without the counts of the turns before, a drift would be judged against half of the games.
  const faults = newest === undefined || isBehind ? [] : batchFaults(newest, before);
  const key = `${pipeline}/${newest?.turn ?? 0}: ${faults.map(({ measure }) => measure).join(', ')}`;
  return { pipeline, holds, batches, newest, faults, key, isBehind, isNew: memory?.reported[pipeline] !== key };
}

const reasonOf = ({ turn }: CountedTurn, faults: readonly BatchFault[]): string =>
  `the games of turn ${turn}: ${faults.map(({ say }) => say).join('; ')}`.slice(0, wishTextCharsMax);

function sayBatch({ turn, games, distinct, wins, draws, losses, lengths }: CountedTurn): string {
  const length = lengths.n === 0 ? '' : `, ${(lengths.sum / lengths.n).toFixed(1)} moves on average`;
  return `turn ${turn}: ${games} games, ${games - distinct} repeated, ${wins} won, ${draws} drawn and ${losses} lost by the first player${length}`;
}
