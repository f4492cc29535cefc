/** State folders for the tests of the place, and the question of `up` about them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import type { PlaceWord } from '../../src/domain/cluster/state-place.ts';
import type { KnownMachine } from '../../src/config/state-place.ts';
import { settlePlace } from '../../workers/launcher/place/settle-place.ts';
import { statesIn } from '../support/new-state.ts';

export const folder = mkdtempSync(join(tmpdir(), 'settle-place-'));
export const newState = statesIn(folder);
export const clusterFile = '/srv/lab/lab.yaml';

export const settle = (state: string, word?: PlaceWord, say?: (line: string) => void, machine?: KnownMachine): Promise<void> =>
  settlePlace({ state, cluster: 'lab', clusterFile, word, say, machine });

/** Returns the hint with which the question was refused. */
export async function hintOf(question: Promise<void>): Promise<Hint | undefined> {
  const error: unknown = await question.then(
    () => new Error('not refused'),
    (refusal: unknown) => refusal,
  );
  if (error instanceof RingmasterError) return error.hint;
  throw error;
}

export const refused = expect.objectContaining({ code: 'config.state-place' }) as Error;
