import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';

export interface NewState {
  readonly state: string;
  /** A path beside the state folder where nothing is. */
  readonly other: string;
  readonly id: string;
}

/** Returns a function that makes one state folder with an id after another, in `folder`. */
export function statesIn(folder: string): () => NewState {
  let made = 0;
  return () => {
    const state = join(folder, `s${(made += 1)}`);
    const { id } = ensureIdentity(state, 'lab');
    return { state, other: `${state}-other`, id };
  };
}

export const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);
