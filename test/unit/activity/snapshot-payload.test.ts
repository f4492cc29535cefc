/** A snapshot of a payload has everything that the payload has, and a snapshot that is not whole is taken again. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homeOf } from '../../../activities/gateway/home.ts';
import { snapshotPayload } from '../../../activities/gateway/snapshot-payload.ts';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import { sha256 } from '../../support/sha256.ts';

let folder: string;
let payload: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-snapshot-'));
  payload = join(folder, 'cf');
  mkdirSync(payload);
  writeFileSync(join(payload, 'play.js'), 'play');
});
afterEach(() => {
  chmodSync(payload, 0o755);
  rmSync(folder, { recursive: true, force: true });
});
const home = () => homeOf({ state: join(folder, 'state'), datasets: [], pipelines: [{ name: 'cf', payload }] } as unknown as ClusterConfig);
const take = async (): Promise<string> => (await snapshotPayload(payload, home(), new AbortController().signal)).digest;

it('links inside the payload, executable bits and empty folders are in the snapshot, and chmod +x alone makes another one', async () => {
  const plain = await take();
  expect(plain).toBe(sha256(`${sha256('play')}  play.js\n`));
  chmodSync(join(payload, 'play.js'), 0o755);
  const runs = await take();
  expect(runs).not.toBe(plain);
  symlinkSync('play.js', join(payload, 'link'));
  mkdirSync(join(payload, 'empty'));
  const all = home().payload(await take());
  expect(readlinkSync(join(all, 'link'))).toBe('play.js');
  expect(statSync(join(all, 'empty')).isDirectory()).toBe(true);
  expect(statSync(join(all, 'play.js')).mode & 0o777).toBe(0o755);
});

it('a folder that may not be written is in the snapshot, and the snapshot can be removed', async () => {
  mkdirSync(join(payload, 'closed'));
  writeFileSync(join(payload, 'closed', 'file'), '');
  chmodSync(join(payload, 'closed'), 0o555);
  const snapshot = home().payload(await take());
  expect(statSync(join(snapshot, 'closed')).mode & 0o777).toBe(0o755);
  chmodSync(join(payload, 'closed'), 0o755);
});

it('a snapshot without its manifest is compared once, and one that lost a file is taken again', async () => {
  const digest = await take();
  const snapshot = home().payload(digest);
  const manifest = join(snapshot, '..', `.manifest.${digest}`);
  rmSync(manifest);
  expect(await take()).toBe(digest);
  expect(existsSync(manifest)).toBe(true);
  rmSync(manifest);
  rmSync(join(snapshot, 'play.js'));
  expect(await take()).toBe(digest);
  expect(readFileSync(join(snapshot, 'play.js'), 'utf8')).toBe('play');
});
