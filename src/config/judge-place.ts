import { type PlaceVerdict, placeVerdict, type StatePlace } from '../domain/cluster/state-place.ts';
import { readIdentity, type StoredIdentity } from './cluster-identity.ts';
import { leadToOneFolder } from '../system/one-folder.ts';
import { type KnownMachine, placeOf } from './state-place.ts';

export interface JudgedPlace {
  readonly verdict: PlaceVerdict;
  readonly identity: StoredIdentity;
  readonly here: StatePlace;
}

/** Compares the place of a state folder with the place for which its id was made. Returns undefined when the folder has no id. */
export function judgePlace(state: string, machine?: KnownMachine): JudgedPlace | undefined {
  const identity = readIdentity(state);
  if (identity === undefined) return undefined;
  const here = placeOf(state, machine);
  const isBecoming = identity.becoming !== undefined;
  return { verdict: placeVerdict({ made: identity.place, here, isOtherThere: isOtherThere(identity, here), isBecoming }), identity, here };
}

/** Returns true when the recorded path leads to another folder, which has the same id. */
function isOtherThere({ id, place }: StoredIdentity, here: StatePlace): boolean {
  if (place === undefined) return false;
  try {
    return readIdentity(place.path)?.id === id && !leadToOneFolder(place.path, here.path);
  } catch {
    // A folder that this user cannot read, or without an id that can be read, shows nothing. The place decides then.
    return false;
  }
}
