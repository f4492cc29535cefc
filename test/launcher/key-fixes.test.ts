/** Each fix that a message about the key of the cluster gives works when a person follows it to the letter. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { readRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { readKey } from '../../src/service/temporal/read-key.ts';
import { down } from '../../workers/launcher/down.ts';
import { ensureKey, refuseChangedKey } from '../../workers/launcher/ensure-key.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ringmaster-key-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (requireKey: string, state = 'state'): string =>
  `cluster: key-fixes\nstate: ${state}\ntemporal:\n  requireKey: ${requireKey}\nnodes: [{ id: here, local: true }]\n`;
const keyFile = (): string => join(folder, 'state', 'temporal.key');

/** Does with the key what `up` does, and returns the cluster. */
function up(text: string): RunningCluster {
  const config = parseCluster(text, join(folder, 'cluster.yaml'));
  refuseChangedKey(config, readRunningCluster(config.state));
  const running = { config, configEpoch: 1, temporalAddress: '127.0.0.1:1', temporalEmbedded: true, source: 'cluster.yaml' };
  writeRunningCluster(running);
  ensureKey(config);
  readKey(running);
  return running;
}
function hintOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (error instanceof RingmasterError && error.code === 'config.require-key') return error.hint?.say ?? '';
    throw error;
  }
  throw new Error('not refused');
}

it.each([
  ['false', 'true'],
  ['true', 'false'],
])('a cluster that was first started with %s and asks for %s', async (had, wants) => {
  up(fileOf(had));
  const say = hintOf(() => up(fileOf(wants)));
  const words =
    /^`temporal\.requireKey`: (\w+), another state folder, or ringmaster down (--purge) --state (\S+), which removes everything, and then the same command again$/;
  const [, value = '', purge, named = ''] = words.exec(say) ?? [];
  up(fileOf(value));
  up(fileOf(wants, 'another'));
  const { state } = up(fileOf(had)).config;
  expect(named).toBe(state);
  expect(await down({ state: named, purge: purge === '--purge' })).toMatchObject({ found: true, left: [] });
  up(fileOf(wants));
});

const gone =
  /^(running as the user of the cluster), or (restoring the file from a copy of the state folder); without the file, only a (purge) of the cluster is left$/;

it.each([
  ['that is gone', () => rmSync(keyFile())],
  ['that is damaged', () => writeFileSync(keyFile(), 'damaged\n')],
])('a key %s: a copy of the file, and a purge', async (_, damage) => {
  up(fileOf('true'));
  const copy = readFileSync(keyFile());
  damage();
  expect(hintOf(() => up(fileOf('true')))).toMatch(gone);
  writeFileSync(keyFile(), copy);
  const running = up(fileOf('true'));
  damage();
  expect(await down({ state: running.config.state, purge: true })).toMatchObject({ found: true, left: [] });
  up(fileOf('true'));
});

refusedWithoutRoot('a key that another user may not read');

it.runIf(isRoot)('a key that another user may not read: the user of the cluster may', () => {
  const running = up(fileOf('true'));
  process.seteuid?.(65_534);
  try {
    expect(hintOf(() => readKey(running))).toMatch(gone);
  } finally {
    process.seteuid?.(0);
  }
  expect(readKey(running)).toBe(readFileSync(keyFile(), 'utf8').trim());
});
