/**
 * Finds or fetches Temporal's programs and writes their paths to dist/setup.json for the launcher and the tests:
 * `{temporalCli, version, server, testServer, seen}`. `temporalCli` is null when the user has a server of their own.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fetchTemporal } from './fetch-temporal.mjs';
import { hasOwnServer, locateCli, locateTestServer } from './locate-temporal.mjs';
import { temporalCliPin, testServerPin } from './pins.mjs';
import { readJson } from './read-json.mjs';
import { replaceFile } from './replace-file.mjs';

const recordPath = (root) => join(root, 'dist', 'setup.json');

export const temporalPart = {
  needed: (context) => {
    const old = readJson(recordPath(context.root));
    const found = find(context, old);
    if (found.missing.length > 0) return true;
    if (!isDeepStrictEqual(found.record, old)) write(context.root, found.record);
    return false;
  },
  get: async (context) => {
    for (const pin of find(context, readJson(recordPath(context.root))).missing) await fetchTemporal(pin, context.env);
    write(context.root, find(context, undefined).record);
  },
};

function find({ env, forTests }, old) {
  const needsCli = forTests || !hasOwnServer(env);
  const cli = needsCli ? locateCli(env, old?.seen) : undefined;
  const testServer = locateTestServer(env);
  return {
    missing: [...(needsCli && !cli ? [temporalCliPin] : []), ...(forTests && !testServer ? [testServerPin] : [])],
    record: {
      temporalCli: cli?.path ?? null,
      version: cli?.version ?? null,
      server: cli?.server ?? null,
      testServer: testServer ?? null,
      seen: cli ? { [cli.path]: cli } : {},
    },
  };
}

function write(root, record) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  replaceFile(recordPath(root), `${JSON.stringify(record, null, 2)}\n`);
}
