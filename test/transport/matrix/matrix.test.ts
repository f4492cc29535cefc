/**
 * Every login meets every configuration and every tree, and every configuration meets every tree, on a real sshd. The rows are generated. With
 * RINGMASTER_CHAOS (`npm run chaos`) random rows run instead, until the time is over.
 */
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aroundHost } from '../../support/around-host.ts';
import { pairwise, randomFrom } from '../../support/pairwise.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { programsWithoutRsync } from '../conformance/log-in.ts';
import { dimensions, randomTriple, type Triple } from './rows.ts';
import { type MatrixPlace, tryTriple } from './try-triple.ts';

/** A row takes a few seconds. The limit leaves time for a busy machine. */
const rowMsMax = 120_000;
const chaosMsMax = 25 * 3_600_000;
const isRoot = process.getuid?.() === 0;
const chaos = process.env['RINGMASTER_CHAOS'];

const folder = ownTemporaryFolder();
let place: MatrixPlace;
let taken: Server;
let restore: () => void = () => undefined;
beforeAll(async () => {
  taken = createServer().listen(0);
  await new Promise((done) => taken.once('listening', done));
});
aroundHost(async () => {
  const withoutRsync = programsWithoutRsync(folder);
  const host = await PracticeHost.start('m', folder);
  const config = mkdtempSync(join(folder, 'config-'));
  restore = useSshConfig(config, '');
  const address = taken.address();
  const takenPort = typeof address === 'object' && address !== null ? address.port : 0;
  place = { host, configFile: join(config, 'ssh_config'), withoutRsync, folder, takenPort };
  return host;
});
afterAll(() => {
  restore();
  taken.close();
});

/** Returns the command that runs a failed row again, and what was wrong. Undefined when the row is right. */
async function wrongWith(triple: Triple): Promise<string | undefined> {
  const { login, configuration, tree } = triple;
  const late = sleep(rowMsMax, undefined, { ref: false }).then(() => Promise.reject(new Error(`the row is not done after ${rowMsMax / 1_000} s`)));
  try {
    await Promise.race([tryTriple(place, triple), late]);
    return undefined;
  } catch (error) {
    // A value of the tables may have a quote.
    const [one, two, three] = [login, configuration, tree].map((name) => `'${name.replaceAll("'", String.raw`'\''`)}'`);
    return `npm run chaos -- --login ${one} --configuration ${two} --tree ${three}\n${String(error)}`;
  }
}

describe.runIf(isRoot && chaos === undefined)('login × configuration × tree', () => {
  test.each(pairwise(dimensions))('$login × $configuration × $tree', { timeout: rowMsMax }, async (triple) => {
    await expect(tryTriple(place, triple)).resolves.toBeUndefined();
  });
});

test.runIf(chaos !== undefined)('random rows, which only npm run chaos tries', { timeout: chaosMsMax }, async () => {
  const { seed, minutes, row } = JSON.parse(chaos ?? '{}') as { readonly seed: number; readonly minutes: number; readonly row?: Triple };
  const random = randomFrom(seed);
  const endMs = Date.now() + minutes * 60_000;
  const failed: string[] = [];
  let count = 0;
  do {
    const wrong = await wrongWith(row ?? randomTriple(random));
    count += 1;
    if (wrong === undefined) continue;
    console.log(`row ${count} failed; to try it again:\n${wrong}`);
    failed.push(wrong);
  } while (row === undefined && Date.now() < endMs);
  console.log(`${count} rows with seed ${seed}, ${failed.length} failed`);
  expect(failed).toEqual([]);
});
