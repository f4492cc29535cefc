/**
 * Runs the parts of the set-up in order. Each part has a cheap check `needed` and an action `get`. First all checks run without a lock. Usually
 * nothing is needed and the set-up ends silently. Otherwise the set-up takes the lock and checks again, because another set-up may have done the
 * work. Parts that can fail quickly come first, so that a machine without rsync fails before it spends a minute on compiling SQLite.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonPart } from './addon-part.mjs';
import { buildPart } from './build-part.mjs';
import { onExit } from './cleanup.mjs';
import { fileFault, isFileFault } from './file-fault.mjs';
import { withLock } from './lock.mjs';
import { packagesPart } from './packages-part.mjs';
import { platformFault } from './platform-fault.mjs';
import { programsPart } from './programs-part.mjs';
import { SetupError } from './setup-error.mjs';
import { promtoolPart } from './promtool-part.mjs';
import { shellcheckPart } from './shellcheck-part.mjs';
import { temporalPart } from './temporal-part.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A set-up waits at most this long for another set-up. It is long enough to compile better-sqlite3 (60 s) and download twice on a slow line. */
const lockWaitMs = 10 * 60_000;

/** `warning` is printed when the set-up has something to do. */
export async function setUp({ forTests, warning, env = process.env }) {
  const context = { root, env, forTests };
  const parts = [programsPart, temporalPart, shellcheckPart, promtoolPart, packagesPart, addonPart, buildPart];
  try {
    if (!parts.some((part) => part.needed(context))) return 0;
    if (warning !== undefined) console.log(warning);
    const fault = platformFault();
    if (fault !== undefined) throw new SetupError(`Cannot set Ringmaster up because ${fault.because}; try: ${fault.cure}`);
    mkdirSync(join(root, 'dist'), { recursive: true });
    await withLock(join(root, 'dist', 'setup.lock'), lockWaitMs, async () => {
      for (const part of parts) if (part.needed(context)) await part.get(context);
    });
    return 0;
  } catch (error) {
    if (isFileFault(error.code)) {
      console.error(`Cannot set Ringmaster up because ${fileFault(error)}`);
      return 1;
    }
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return error.exitCode;
  } finally {
    onExit.runAll();
  }
}
