import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentToRemove } from '../../../src/domain/cluster/retention.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { tidyHome } from '../../../src/storage/retention/tidy-home.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { sha256 } from '../../support/sha256.ts';
import { ledgerHarness, stateFolder } from '../state-folder.ts';

const day = 86_400_000;
const nowMs = 1_800_000_000_000;
const retention = { filesMs: 14 * day, champions: 1 };

/** Writes a blob or a payload snapshot that was needed last `days` ago, and returns its name. */
function stored(folder: string, kind: 'blobs' | 'payloads', text: string, days: number): string {
  const name = sha256(text);
  const path = join(statePaths(folder)[kind], name);
  mkdirSync(statePaths(folder)[kind], { recursive: true });
  if (kind === 'blobs') writeFileSync(path, text);
  else {
    mkdirSync(path);
    writeFileSync(join(path, 'program'), text);
  }
  utimesSync(path, (nowMs - days * day) / 1_000, (nowMs - days * day) / 1_000);
  return name;
}
const has = (folder: string, kind: 'blobs' | 'payloads', name: string): boolean => existsSync(join(statePaths(folder)[kind], name));

function addModel({ ledgers }: ReturnType<typeof ledgerHarness>, turn: number, file: string, state: string): void {
  const columns = 'id, pipeline, turn, sha256, bytes, state, training_set, parent, seed, payload_digest, created_at_ms';
  ledgers.ratings.ledger
    .statement(`INSERT INTO models (${columns}) VALUES (?, 'cf', ?, ?, 1, ?, 't', 'p', 1, 'd', 1)`)
    .run(`cf-${turn}`, turn, file, state);
}

test('old files that nothing needs are removed, and every file that is needed stays', () => {
  const on = ledgerHarness();
  const { folder } = on;
  const champion = stored(folder, 'blobs', 'the champion', 300);
  const former = stored(folder, 'blobs', 'the newest former champion', 300);
  const older = stored(folder, 'blobs', 'an older former champion', 300);
  const rejected = stored(folder, 'blobs', 'a rejected model', 20);
  const input = stored(folder, 'blobs', 'the input of an item', 300);
  const young = stored(folder, 'blobs', 'a training set', 13);
  const old = stored(folder, 'blobs', 'an old training set', 15);
  const payload = stored(folder, 'payloads', 'the payload of an item', 300);
  const oldPayload = stored(folder, 'payloads', 'an old payload', 300);
  addModel(on, 9, champion, 'champion');
  addModel(on, 8, former, 'retired');
  addModel(on, 7, older, 'retired');
  addModel(on, 6, rejected, 'rejected');
  on.ledgers.ratings.ledger.statement(`INSERT INTO champions VALUES ('cf', 'cf-9', 1, 9, 3)`).run();
  on.ledgers.queue.enqueue(
    [itemSpec('x', { inputs: [{ name: 'in', sha256: input, bytes: 1 }], payload: { dataset: 'payload-cf', digest: payload } })],
    1,
  );
  expect(tidyHome(folder, retention, nowMs)).toMatchObject({ removed: 4 });
  for (const name of [champion, former, input, young]) expect(has(folder, 'blobs', name)).toBe(true);
  for (const name of [older, rejected, old]) expect(has(folder, 'blobs', name)).toBe(false);
  expect([has(folder, 'payloads', payload), has(folder, 'payloads', oldPayload)]).toEqual([true, false]);
});

test('a file that is younger than the newest turn of a pipeline stays, however old the turn is', () => {
  const facts = { needed: new Set<string>(), ageMsMax: 14 * day, nowMs };
  const files = [
    { name: 'of the paused turn', atMs: nowMs - 39 * day },
    { name: 'of the turn before', atMs: nowMs - 41 * day },
    { name: 'of a clock that was ahead', atMs: nowMs + day },
  ];
  expect(contentToRemove({ ...facts, stored: files, turnsBeganAtMs: [nowMs - day, nowMs - 40 * day] })).toEqual(['of the turn before']);
  expect(contentToRemove({ ...facts, stored: files, turnsBeganAtMs: [] })).toEqual(['of the paused turn', 'of the turn before']);
});

test('nothing is removed while a ledger cannot be read, with the age `none`, or under a name that is not ours', () => {
  const folder = stateFolder();
  const old = stored(folder, 'blobs', 'an old training set', 300);
  expect(() => tidyHome(folder, retention, nowMs)).toThrow('is not there');
  const on = ledgerHarness({ folder });
  writeFileSync(join(statePaths(folder).blobs, 'notes.txt'), 'of a person');
  utimesSync(join(statePaths(folder).blobs, 'notes.txt'), 1, 1);
  expect(tidyHome(folder, { champions: 1 }, nowMs).removed).toBe(0);
  on.ledgers.close();
  writeFileSync(ledgerPaths(folder).ratings, 'x'.repeat(9_000));
  expect(() => tidyHome(folder, retention, nowMs)).toThrow('it is not an SQLite file');
  expect(has(folder, 'blobs', old)).toBe(true);
  expect(has(folder, 'blobs', 'notes.txt')).toBe(true);
});
