/** The commands that a failure names. They name the cluster, because `up` and `down` without it can mean the cluster that was started last. */
import { quote } from '../../base/quote.ts';
import type { Hint } from '../failure/hint.ts';

export const upCommand = (clusterFile: string, ...words: readonly string[]): string =>
  ['ringmaster up', ...words, '--file', quote(clusterFile)].join(' ');

export const downCommand = (state: string, ...words: readonly string[]): string => ['ringmaster down', ...words, '--state', quote(state)].join(' ');

/** The cluster that a command is to name: its cluster file and its state folder. */
export interface ClusterPlace {
  readonly source: string;
  readonly state: string;
}

/** Returns a command of a hint with the names of the cluster: `ringmaster up` names its file, and a command that stops or restores names its state folder. */
export function namedCommand(run: string, { source, state }: ClusterPlace): string {
  if (ofFile.includes(run)) return `${run} --file ${quote(source)}`;
  const isOfState = ofState.some((command) => run === command || run.startsWith(`${command} `)) && !run.includes(' --state ');
  return (isOfState ? `${run} --state ${quote(state)}` : run).replaceAll('<state>', quote(state));
}
const ofFile: readonly string[] = ['ringmaster up', 'ringmaster up --moved', 'ringmaster up --copied'];
const ofState: readonly string[] = ['ringmaster down', 'ringmaster ledger restore'];

export const namedHint = <One extends Hint>(hint: One, place: ClusterPlace): One =>
  hint.run === undefined ? hint : { ...hint, run: namedCommand(hint.run, place) };
