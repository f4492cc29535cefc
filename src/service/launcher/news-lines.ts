import { changeText } from '../../domain/cluster/config-changes.ts';
import type { ConfigNews } from './config-news.ts';

/** Returns the lines that show a person what a changed cluster file changes. */
export const newsLines = ({ changes, restarts, workers }: ConfigNews): readonly string[] => [
  'The cluster file has changed:',
  ...changes.map((change) => `  ${changeText(change)}`),
  restarts.length === 0 ? 'No process needs a restart.' : `Restarts: ${restarts.join(', ')}. Jobs on nodes go on.`,
  ...(workers.length === 0 ? [] : [`Replaces the worker of ${workers.join(', ')}, where jobs go on.`]),
];

/** Returns the same for programs. The values are not shown, because a variable may be a secret. */
export const newsSummary = (news: ConfigNews | undefined) => ({
  changes: (news?.changes ?? []).map((change) => ({ path: change.path, text: changeText(change) })),
  restarts: news?.restarts ?? [],
  workers: news?.workers ?? [],
});
