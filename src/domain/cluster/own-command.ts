/** The commands that a failure names. They name the cluster, because `up` and `down` without it can mean the cluster that was started last. */
import { quote } from '../../base/quote.ts';

export const upCommand = (clusterFile: string, ...words: readonly string[]): string =>
  ['ringmaster up', ...words, '--file', quote(clusterFile)].join(' ');

export const downCommand = (state: string, ...words: readonly string[]): string => ['ringmaster down', ...words, '--state', quote(state)].join(' ');
