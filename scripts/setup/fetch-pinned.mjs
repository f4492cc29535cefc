/**
 * Fetches a pinned program into our cache. The download is checked in a temporary folder of the cache and then renamed into place, so an incomplete
 * download is never used.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onExit } from './cleanup.mjs';
import { fileFault } from './file-fault.mjs';
import { cached, writableCacheFolder } from './program-cache.mjs';
import { SetupError } from './setup-error.mjs';
import { sha256 } from './sha256.mjs';
import { withProgressLine } from './with-progress-line.mjs';

const abandonedAgeMs = 3_600_000;

/** Tries `ways` in order. When every way fails, the error shows `remedies`, which say what a person can do. */
export async function fetchPinned(pin, env, { ways, remedies }) {
  const cache = writableCacheFolder(env);
  removeAbandoned(cache);
  await withProgressLine(`${pin.title} ${pin.version}`, async () => {
    const failures = [];
    for (const fetchProgram of ways) {
      const temporary = mkdtempSync(join(cache, 'tmp-'));
      const remove = onExit.add(() => rmSync(temporary, { recursive: true, force: true }));
      try {
        await publish(pin, env, await fetchProgram(pin, temporary, env), temporary);
        return;
      } catch (error) {
        failures.push(error.message);
      } finally {
        remove();
      }
    }
    if (failures.some((failure) => /ENOSPC|[Nn]o space left on device/.test(failure))) {
      throw new SetupError(`Cannot get the ${pin.title} because ${fileFault({ code: 'ENOSPC', path: cache })}`);
    }
    const lines = [...failures.map((failure) => `  - ${failure}`), 'Try one of:', ...remedies.map((remedy) => `  - ${remedy}`)];
    throw new SetupError(`Cannot get the ${pin.title} because no way worked:\n${lines.join('\n')}`);
  });
}

/** Moves `executable`, which lies in `temporary`, into the cache. When another set-up finished first, that set-up's copy stays in the cache. */
async function publish(pin, env, { executable, source }, temporary) {
  const complete = join(temporary, 'complete');
  const target = join(dirname(temporary), pin.folder);
  mkdirSync(complete);
  renameSync(executable, join(complete, pin.executable));
  chmodSync(join(complete, pin.executable), 0o755);
  const record = { source, sha256: await sha256(join(complete, pin.executable)), size: statSync(join(complete, pin.executable)).size };
  writeFileSync(join(complete, 'complete.json'), `${JSON.stringify(record)}\n`);
  if (cached(pin, env)) return;
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(complete, target);
  } catch (error) {
    if (!cached(pin, env)) throw error;
  }
}

/** Removes the temporary folders of set-ups that were killed. */
function removeAbandoned(cache) {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('tmp-'))) {
    const path = join(cache, name);
    if (Date.now() - statSync(path, { throwIfNoEntry: false })?.mtimeMs > abandonedAgeMs) rmSync(path, { recursive: true, force: true });
  }
}
