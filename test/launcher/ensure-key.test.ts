/** The key of `temporal.requireKey` is made once, for its user only, and the setting belongs to the state folder. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { keyRingOf } from '../../src/service/temporal/read-key.ts';
import { ensureKey, refuseChangedKey, refuseKeylessTunnel } from '../../workers/launcher/ensure-key.ts';

let state: string;
beforeEach(() => void (state = mkdtempSync(join(tmpdir(), 'ringmaster-key-'))));
afterEach(() => rmSync(state, { recursive: true, force: true }));

const config = (requireKey?: true): ClusterConfig =>
  ({ cluster: 'c', state, temporal: requireKey ? { requireKey } : {} }) as unknown as ClusterConfig;
const before = (requireKey?: true): RunningCluster => ({ config: config(requireKey) }) as unknown as RunningCluster;
const file = (): string => join(state, 'temporal.key');
const refused = (because: RegExp) => expect.objectContaining({ code: 'config.require-key', message: expect.stringMatching(because) });

it('a new cluster gets a key of 32 bytes with mode 0600, and keeps it', () => {
  refuseChangedKey(config(true), undefined);
  ensureKey(config(true));
  const key = readFileSync(file(), 'utf8');
  expect(key).toMatch(/^[0-9a-f]{64}\n$/);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  ensureKey(config(true));
  refuseChangedKey(config(true), before(true));
  expect(readFileSync(file(), 'utf8')).toBe(key);
  expect(keyRingOf(before(true))?.('whole')).toBe(key.trim());
});

it('without the setting there is no key', () => {
  refuseChangedKey(config(), before());
  ensureKey(config());
  expect(() => statSync(file())).toThrow(/ENOENT/);
  expect(keyRingOf(before())).toBeUndefined();
});

it('a change of the setting is refused both ways, and so is a cluster whose key is gone', () => {
  expect(() => refuseChangedKey(config(true), before())).toThrow(refused(/first started with false/));
  expect(() => refuseChangedKey(config(), before(true))).toThrow(refused(/first started with true/));
  expect(() => refuseChangedKey(config(true), before(true))).toThrow(refused(/ENOENT/));
});

it('a worker that needs a tunnel needs a key; each fix that the sentence gives works', () => {
  const cluster = (node = 'worker: resident', keys = ''): RunningCluster => ({
    config: parseCluster(`cluster: lab\nstate: ${state}\n${keys}nodes:\n  - { id: me, ssh: { host: localhost }, ${node} }\n`, '/lab/cluster.yaml'),
    configEpoch: 1,
    temporalAddress: '127.0.0.1:7233',
    temporalEmbedded: true,
    source: 'cluster.yaml',
  });
  const fixes = (previous?: RunningCluster): string => {
    try {
      refuseKeylessTunnel(cluster(), previous);
    } catch (error) {
      const { code, hint } = error as RingmasterError;
      if (code === 'worker.tunnel-key') return hint?.say ?? '';
    }
    throw new Error('not refused with this code');
  };
  const local = ', or, if the node is this machine, `reachableAs`: 127.0.0.1:7233 for the node';
  expect(fixes()).toBe(`\`temporal.requireKey\`: true in the cluster file${local}`);
  expect(fixes(cluster())).toBe(`\`worker\` none for the node, or a new state folder with \`temporal.requireKey\`: true${local}`);
  refuseKeylessTunnel(cluster('worker: resident', 'temporal: { requireKey: true }\n'), undefined);
  refuseKeylessTunnel(cluster('worker: none'), cluster());
  refuseKeylessTunnel(cluster('worker: resident, reachableAs: 127.0.0.1:7233'), cluster());
});
