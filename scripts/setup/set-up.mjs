/**
 * The order of the set-up. Each part has a cheap `needed` and a `get`. First every `needed` is asked without a lock (the usual, silent case);
 * if one says yes, the lock is taken and each is asked again, because another set-up may have done the work meanwhile.
 * What can refuse quickly comes first: a machine without rsync says so before it compiles SQLite for a minute.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPart } from './build-part.mjs';
import { onExit } from './cleanup.mjs';
import { withLock } from './lock.mjs';
import { packagesPart } from './packages-part.mjs';
import { programsPart } from './programs-part.mjs';
import { SetupError } from './setup-error.mjs';
import { temporalPart } from './temporal-part.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** How long to wait for another set-up: longer than compiling better-sqlite3 (60 s) and two downloads on a slow line. */
const lockWaitMs = 10 * 60_000;

export async function setUp({ forTests, env = process.env }) {
  const context = { root, env, forTests };
  const parts = [programsPart, temporalPart, packagesPart, buildPart];
  try {
    if (!parts.some((part) => part.needed(context))) return 0;
    mkdirSync(join(root, 'dist'), { recursive: true });
    await withLock(join(root, 'dist', 'setup.lock'), lockWaitMs, async () => {
      for (const part of parts) if (part.needed(context)) await part.get(context);
    });
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return error.exitCode;
  } finally {
    onExit.runAll();
  }
}
