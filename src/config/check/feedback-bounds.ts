import type { Fault } from '../fault/fault.ts';
import { stageItemsMax } from '../../domain/limits.ts';
import { type ClusterFileCheck, present } from './checked-file.ts';

/** The bounds of a value must leave room for a step, and a turn with the highest or the lowest number of games must be possible. */
export const feedbackBounds: ClusterFileCheck = (file) =>
  present(file.pipelines).flatMap(({ entry: { games, feedback }, index }) => {
    const at = (...path: readonly string[]): Fault['path'] => ['pipelines', index, ...path];
    const narrow = Object.entries(feedback ?? {}).flatMap(([key, bounds]): Fault[] =>
      bounds === undefined || bounds.min < bounds.max
        ? []
        : [
            {
              path: at('feedback', key, 'max'),
              also: [at('feedback', key, 'min')],
              what: `${bounds.max} is not above min (${bounds.min})`,
              hint: 'a larger max, or no bounds for a value that stays as it is',
            },
          ],
    );
    const turns = feedback?.games;
    if (turns === undefined) return narrow;
    const faults: Fault[] = [];
    if (turns.min < games.perItem) {
      faults.push({
        path: at('feedback', 'games', 'min'),
        also: [at('games', 'perItem')],
        what: `${turns.min} is less than the games of one item (${games.perItem})`,
        hint: String(games.perItem),
      });
    }
    if (turns.max / games.perItem > stageItemsMax) {
      faults.push({
        path: at('feedback', 'games', 'max'),
        also: [at('games', 'perItem')],
        what: `${turns.max} games a turn make more than ${stageItemsMax} items, and one workflow watches them all`,
        hint: String(games.perItem * stageItemsMax),
        code: 'limits.setting-too-large',
      });
    }
    return [...narrow, ...faults];
  });
