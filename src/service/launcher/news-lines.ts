import { changeText } from '../../domain/cluster/config-changes.ts';
import type { ConfigNews } from './config-news.ts';

/** Returns the lines that show a person what a changed cluster file changes. */
export const newsLines = ({ changes, restarts, workers }: ConfigNews): readonly string[] => [
  'The cluster file has changed:',
  ...changes.map((change) => `  ${changeText(change)}`),
  restarts.length === 0 ? 'No process needs a restart.' : `Restarts: ${restarts.join(', ')}. Jobs on nodes go on.`,
  ...(workers.length === 0 ? [] : [`Replaces the worker of ${workers.join(', ')}, where jobs go on.`]),
];
