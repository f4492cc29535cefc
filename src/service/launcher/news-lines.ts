import { sayUnplaced } from '../../domain/item/unplaced.ts';
import { noNodeMsMax } from '../../domain/limits.ts';
import { changeText } from '../../domain/cluster/config-changes.ts';
import type { ConfigNews } from './config-news.ts';

/** Returns the lines that show a person what a changed cluster file changes. */
export const newsLines = ({ changes, restarts, workers, unplaced }: ConfigNews): readonly string[] => [
  'The cluster file has changed:',
  ...changes.map((change) => `  ${changeText(change)}`),
  restarts.length === 0 ? 'No process needs a restart.' : `Restarts: ${restarts.join(', ')}. Jobs on nodes go on.`,
  ...(workers.length === 0 ? [] : [`Replaces the worker of ${workers.join(', ')}, where jobs go on.`]),
  ...unplaced.map(
    (shape) =>
      `With this file, ${sayUnplaced(shape)}. A turn that needs them ends after ${noNodeMsMax / 60_000} minutes, and its pipeline pauses. ` +
      '`ringmaster job cancel ID` or `ringmaster pipeline skip NAME --now` ends the wait.',
  ),
];

/** Returns the same for programs. The values are not shown, because a variable may be a secret. */
export const newsSummary = (news: ConfigNews | undefined) => ({
  changes: (news?.changes ?? []).map((change) => ({ path: change.path, text: changeText(change) })),
  restarts: news?.restarts ?? [],
  workers: news?.workers ?? [],
  unplaced: news?.unplaced ?? [],
});
