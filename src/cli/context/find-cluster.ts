import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { knownStates, rememberState as remember } from '../../config/known-states.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { Context, Found } from './context.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { clusterKey } from '../../domain/cluster/cluster-key.ts';

/**
 * Returns the state folder: `--state` if it is given, otherwise RINGMASTER_STATE, otherwise the folder that `up` or `demo` used last under this
 * login (`src/config/known-states.ts`).
 */
export function stateFolder({ stateOption, env }: Pick<Context, 'stateOption' | 'env'>): string | undefined {
  if (stateOption !== undefined) return stateOption;
  if (env['RINGMASTER_STATE']) return resolve(env['RINGMASTER_STATE']);
  return presentStates({ env })[0] ?? knownStates(env)[0];
}

/** Returns the context for the cluster that was started from a cluster file. The file itself is not read, so it may have faults or be gone. */
export function contextOfFile(context: Context, verb: string, file: string | undefined): Context {
  if (file === undefined) return context;
  const path = resolve(file);
  const state = knownStates(context.env).find((one) => readRunningCluster(one)?.source === path);
  if (context.stateOption === undefined && state !== undefined) return { ...context, stateOption: state };
  throw new VerbFailure('usage', {
    cannot: `${verb} the cluster of ${file}`,
    because: context.stateOption === undefined ? 'this login has started no cluster from that file' : `--state names ${context.stateOption}`,
    hint: { say: context.stateOption === undefined ? 'the state folder of the cluster: --state FOLDER' : 'one of the two' },
  });
}

type CommandFor = (state: string) => string;

const isNamed = ({ stateOption, env }: Context): boolean => stateOption !== undefined || Boolean(env['RINGMASTER_STATE']);
/** A folder that was purged has no cluster any more. The cluster that was started before it may still run. */
const presentStates = ({ env }: Pick<Context, 'env'>): readonly string[] =>
  knownStates(env).filter((state) => existsSync(statePaths(state).runningCluster));

/**
 * Returns the cluster for a verb that removes or replaces data. Such a verb never guesses: its cluster is named, or it is the only one that this login
 * knows, and the one that was started last. `command` returns the verb for a state folder.
 */
export function findNamedCluster(context: Context, cannot: string, command: CommandFor): Found {
  const present = presentStates(context);
  const [newest = ''] = knownStates(context.env);
  if (isNamed(context) || present.length === 0 || (present.length === 1 && present[0] === newest)) return findCluster(context);
  throw unclear(
    cannot,
    present.includes(newest)
      ? `this login has ${present.length} clusters, and none of them is named`
      : `the cluster that was started last, in ${newest}, is removed already, and another cluster is not meant unless it is named`,
    present,
    command,
  );
}

/** Returns the cluster for a verb that stops a cluster. Of two clusters that run, the verb guesses none. */
export async function findRunningCluster(context: Context, cannot: string, command: CommandFor): Promise<Found> {
  if (isNamed(context)) return findCluster(context);
  const looks = await Promise.all(presentStates(context).map(async (state) => ({ state, look: await context.launcher.look({ state }) })));
  const runs = looks.filter(({ look: { launcher, processes } }) => launcher === 'replies' || processes.some(({ state }) => state !== 'stopped'));
  if (runs.length < 2) return findCluster(context);
  const states = runs.map(({ state }) => state);
  throw unclear(cannot, `${runs.length} clusters of this login run, and none of them is named`, states, command);
}

const unclear = (cannot: string, because: string, states: readonly string[], command: CommandFor): VerbFailure =>
  new VerbFailure('usage', {
    cannot,
    because,
    hint: {
      say: states.map((state) => `${command(state)} (cluster ${readRunningCluster(state)?.config.cluster ?? 'without a record'})`).join(', or '),
    },
  });

/** Refuses `--state` for a verb that takes a cluster file, because the cluster file already names the state folder. */
export function refuseState({ stateOption }: Pick<Context, 'stateOption'>, verb: string): void {
  if (stateOption === undefined) return;
  throw new VerbFailure('usage', {
    cannot: `use --state with ${verb}`,
    because: 'the cluster file names the state folder',
    hint: { say: `${clusterKey('state')} in that file` },
  });
}

/** Records the state folder, so that later commands find it. If the state folder cannot be recorded, a message says so and nothing else changes. */
export function rememberState(state: string, { env, say }: Pick<Context, 'env' | 'say'>): void {
  try {
    remember(state, env);
  } catch (error) {
    say(`(could not remember the state folder: ${(error as Error).message}; use --state ${state})`);
  }
}

export function findCluster(context: Context): Found {
  const state = stateFolder(context);
  const running = state === undefined ? undefined : readRunningCluster(state);
  if (state !== undefined && running !== undefined) return { state, running };
  throw new VerbFailure('notRunning', {
    cannot: 'find a cluster',
    because: state === undefined ? 'none was started on this login' : `none was started with the state folder ${state}`,
    hint: { say: 'ringmaster demo, or ringmaster up --file cluster.yaml' },
  });
}
