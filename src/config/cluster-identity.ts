import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { given } from '../base/given.ts';
import { type ClusterIdentity, isClusterId } from '../domain/cluster/cluster-identity.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import type { StatePlace } from '../domain/cluster/state-place.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { replaceFile } from '../system/replace-file.ts';
import { whoAmI } from '../system/who-am-i.ts';
import { placeOf } from './state-place.ts';

export type StoredIdentity = Pick<ClusterIdentity, 'id' | 'isUpgraded'> & {
  readonly v: 1;
  /** The place for which the id was made. Absent in the file of an older release. */
  readonly place?: StatePlace | undefined;
  /** Present while `up --copied` makes a cluster of its own of the folder: the new id, and the place of the folder. */
  readonly becoming?: { readonly id: string; readonly place: StatePlace } | undefined;
};

/** 64 random bits: two clusters never have the same id. */
const idBytes = 8;

/**
 * Returns the identity of the cluster with this state folder. Makes the identity if the folder has none. A folder that an older release made gets an
 * identity here too. Two processes that make one at the same time get the same identity.
 */
export function ensureIdentity(state: string, cluster: string): ClusterIdentity {
  const paths = statePaths(state);
  const stored = read(paths.identity) ?? make(state);
  return { id: stored.id, name: cluster, isUpgraded: stored.isUpgraded, says: `${cluster} (${whoAmI(process.env)}:${state})` };
}

/** Returns what the state folder says of its cluster, or undefined when the folder has no id. */
export const readIdentity = (state: string): StoredIdentity | undefined => read(statePaths(state).identity);

/** Replaces what the state folder says of its cluster. */
export const replaceIdentity = (state: string, identity: StoredIdentity): void =>
  replaceFile(statePaths(state).identity, `${JSON.stringify(identity)}\n`, { sync: true });

export const newClusterId = (): string => randomBytes(idBytes).toString('hex');

function make(state: string): StoredIdentity {
  const { identity: file, runningCluster } = statePaths(state);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const made: StoredIdentity = { v: 1, id: newClusterId(), isUpgraded: existsSync(runningCluster), place: placeOf(state) };
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  try {
    linkSync(temporary, file);
    return made;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined;
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function read(file: string): StoredIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const found = parsed(text);
  if (found !== undefined && isClusterId(found.id)) {
    const { id, isUpgraded, place, becoming } = found;
    return {
      v: 1,
      id,
      isUpgraded: isUpgraded === true,
      ...given({
        place: isPlace(place) ? place : undefined,
        becoming: isClusterId(becoming?.id) && isPlace(becoming.place) ? becoming : undefined,
      }),
    };
  }
  throw new RingmasterError('config.invalid', {
    cannot: `read the id of the cluster in ${file}`,
    because: 'the file has no id',
    hint: { say: "restoring the file from a copy of the state folder; the first line of the file called owner in a node's folder is the id" },
    fields: { file },
  });
}

function parsed(text: string): Partial<StoredIdentity> | undefined {
  try {
    return JSON.parse(text) as Partial<StoredIdentity>;
  } catch {
    return undefined;
  }
}

const isPlace = (place: Partial<StatePlace> | undefined): place is StatePlace =>
  [place?.machine, place?.host, place?.path, place?.inode, place?.device].every((part) => typeof part === 'string');
