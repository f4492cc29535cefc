/** Files of games whose turns nothing reads any more leave a real node, then home, and no game is lost, damaged or played again. */
import { cpSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLedgerActivities } from '../../../activities/ledger/index.ts';
import { writeRunningCluster } from '../../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { tidyGames, tidyItems } from '../../../src/storage/retention/tidy-ledgers.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { runTidy } from '../../../workers/ledger/run-tidy.ts';
import { readRetention } from '../../../workers/ledger/read-retention.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { accept, gamesOf } from '../accepted-items.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const node = 'a' as NodeId;
const day = 86_400_000;
const retention = { champions: 1, itemsMs: 30 * day, gamesMs: 90 * day };
const item = (turn: number, k = 0): string => `cf.${turn}.self-play.${k}`;

/** Returns a ledger, a node on this machine, and the steps of the node's workflow. */
function cluster(windowTurns = 1) {
  const on = ledgerHarness();
  const activities = createLedgerActivities({
    ...on.dependencies,
    retention: () => ({ gamesMs: retention.gamesMs, windowTurns: { cf: windowTurns } }),
  });
  const folder = join(on.folder, 'node');
  const machine = openMachine({ node, owner: ownerNamed(`game-files-${process.pid}`), folder, connect: { type: 'local' } });
  onTestFinished(async () => void (await machine.stopAll(0)));
  const dataset = join(folder, 'datasets/games-cf');
  const replica = statePaths(on.folder).replica('games-cf@a');
  const namesIn = (path: string): readonly string[] =>
    readdirSync(path)
      .map((name) => name.replace('.games.ndjson', ''))
      .toSorted();
  return {
    on,
    activities,
    /** Writes files of games of this age into the node's dataset, and accepts their items, unless a file is left behind. */
    play: async (files: Readonly<Record<string, string>>, days = 91, turn?: number): Promise<void> => {
      await machine.oldJobs(0);
      mkdirSync(dataset, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        const path = join(dataset, `${name}.games.ndjson`);
        writeFileSync(path, text);
        utimesSync(path, Date.now() / 1_000 - days * 86_400, Date.now() / 1_000 - days * 86_400);
      }
      if (turn !== undefined) await accept(on, node, files, { pipeline: 'cf', turn });
    },
    sync: () => machine.copy({ type: 'pull-tree', dataset: 'games-cf', to: replica }),
    remove: async () => {
      const { past, ageMs } = await activities.pastGames();
      return machine.removeGames(past, ageMs);
    },
    onNode: () => namesIn(dataset),
    atHome: () => namesIn(join(replica, 'current')),
  };
}
const reach = (on: LedgerHarness, turn: number): Promise<unknown> =>
  on.activities.recordStage({ pipeline: 'cf', turn, stage: 'self-play', detail: '' });
/** Removes the rows that are too old `days` after the last change. */
async function tidied({ folder, clock }: LedgerHarness, days: number): Promise<void> {
  const facts = { state: folder, retention, windowTurns: { cf: 1 }, nowMs: clock.nowMs + days * day };
  await tidyItems(facts);
  await tidyGames(facts);
}

test('files go after the rows of their games, first from the node and with the sync from home, and nothing of it is played again', async () => {
  const { on, activities, play, sync, remove, onNode, atHome } = cluster();
  for (const turn of [1, 2, 3]) await play({ [item(turn)]: gamesOf(turn, 0, 2) }, 91, turn);
  await sync();
  expect(await activities.consolidate({ pipeline: 'cf', replicas: ['games-cf@a'] })).toMatchObject({ added: 6 });
  await reach(on, 3);
  expect(await remove()).toEqual([]);
  await tidied(on, 91);
  expect(await remove()).toMatchObject([{ pipeline: 'cf', files: 2 }]);
  expect(onNode()).toEqual([item(3)]);
  expect(atHome()).toHaveLength(3);
  await sync();
  expect(atHome()).toEqual([item(3)]);
  // A later turn with a larger window, a repeated sync and a repeated consolidation find nothing to do.
  await play({ [item(4)]: gamesOf(4, 0, 2) }, 0, 4);
  await sync();
  expect(atHome()).toEqual([item(3), item(4)]);
  expect(await activities.consolidate({ pipeline: 'cf', replicas: ['games-cf@a'] })).toMatchObject({ added: 2, setAside: [] });
  const turns = { from: 0, to: 4 };
  expect(await activities.gamesAway({ pipeline: 'cf', turns })).toEqual({ nodes: [], gone: [] });
  expect(await activities.replayGames({ pipeline: 'cf', turns, pulled: [node], owner: 'gather/cf/4' })).toMatchObject({ items: [], added: 0 });
});

test('items that stay longer than their games say that the games are home, after the files are gone', async () => {
  const { on, activities, play, sync, remove } = cluster();
  await play({ [item(1)]: gamesOf(1, 0, 2) }, 91, 1);
  await sync();
  await activities.consolidate({ pipeline: 'cf', replicas: ['games-cf@a'] });
  await reach(on, 5);
  const facts = { state: on.folder, retention: { champions: 1, gamesMs: 90 * day }, windowTurns: {}, nowMs: on.clock.nowMs + 91 * day };
  await tidyGames(facts);
  expect(await remove()).toMatchObject([{ files: 1 }]);
  await sync();
  const turns = { from: 0, to: 5 };
  expect(await activities.gamesAway({ pipeline: 'cf', turns })).toEqual({ nodes: [], gone: [] });
  expect(await activities.replayGames({ pipeline: 'cf', turns, pulled: [node], owner: 'gather/cf/5' })).toMatchObject({ items: [], added: 0 });
});

test('files that a training may still take stay at any age, and so do files with rows, and files of items whose games are not home', async () => {
  const window = cluster(3);
  await window.play({ [item(1)]: '', [item(2)]: '', [item(5)]: '' });
  await reach(window.on, 4);
  expect(await window.remove()).toMatchObject([{ files: 1 }]);
  expect(window.onNode()).toEqual([item(2), item(5)]);

  const away = cluster();
  await away.play({ [item(1)]: gamesOf(1, 0, 2) });
  await away.play({ [item(2)]: gamesOf(2, 0, 2), [item(3)]: gamesOf(3, 0, 2) }, 91, 2);
  await reach(away.on, 9);
  expect(await away.remove()).toMatchObject([{ files: 1 }]);
  expect(away.onNode()).toEqual([item(2), item(3)]);
  await away.sync();
  await away.activities.consolidate({ pipeline: 'cf', replicas: ['games-cf@a'] });
  expect(away.on.ledgers.games.total('cf')).toBe(4);
  expect(await away.remove()).toEqual([]);
  await tidied(away.on, 91);
  expect(await away.remove()).toMatchObject([{ files: 2 }]);
});

test('a pipeline that no ledger knows, and a cluster that keeps games for ever, lose no file', async () => {
  const { on, play, remove, onNode } = cluster();
  await play({ [item(1)]: '' });
  expect(await remove()).toEqual([]);
  await reach(on, 9);
  const forever = createLedgerActivities({ ...on.dependencies, retention: () => ({ windowTurns: {} }) });
  expect(await forever.pastGames()).toEqual({ past: [], ageMs: 0 });
  expect(onNode()).toEqual([item(1)]);
});

test('a removal is one event for each pipeline, however often it is recorded, and starts the sync home', async () => {
  const { activities, ledgers, syncs } = ledgerHarness();
  const removed = [
    { pipeline: 'cf', files: 2, bytes: 8 },
    { pipeline: 'other', files: 1, bytes: 4 },
  ];
  for (const key of ['r/1', 'r/1', 'r/2']) await activities.gameFilesRemoved({ node, key, removed });
  const events = ledgers.queue.ledger
    .statement<{ event: string }>('SELECT event FROM outbox')
    .all()
    .map(({ event }) => JSON.parse(event) as { readonly type: string; readonly payload: unknown });
  expect(events).toHaveLength(4);
  expect(events[0]).toMatchObject({ type: 'GAME_FILES_REMOVED', payload: { node, pipeline: 'cf', files: 2, bytes: 8 } });
  expect(syncs.slice(0, 2)).toEqual(['games-cf', 'games-other'].map((dataset) => ({ dataset, source: node, target: 'home' })));
});

test('the windows and the limits are read from the running cluster', () => {
  const { folder } = ledgerHarness();
  const config = { v: 1, cluster: 'x', state: folder, retention, pipelines: [{ name: 'cf', windowTurns: 7 }], nodes: [{ id: 'a' }] };
  writeRunningCluster({ config, configEpoch: 1, temporalAddress: '127.0.0.1:1' } as unknown as RunningCluster);
  expect(readRetention(folder)).toEqual({ retention, windowTurns: { cf: 7 }, nodes: ['a'] });
});

test('the replicas of a node that left go when all their files are old and past; those of nodes of the cluster stay', async () => {
  const { on, play, sync } = cluster();
  const { replicas, replica } = statePaths(on.folder);
  await play({ [item(1)]: 'four', [item(2)]: 'four' });
  await sync();
  // These hold a file of a needed turn, a young file, and a name that is no file of games.
  await play({ [item(9)]: 'four' });
  for (const name of ['games-cf@left', 'games-cf@needed', 'games-cf@young', 'games-cf@odd', 'games-other@left', 'champion-cf']) {
    cpSync(replica('games-cf@a'), replica(name), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const extra = { 'games-cf@needed': `${item(9)}.games.ndjson`, 'games-cf@young': `${item(0)}.games.ndjson`, 'games-cf@odd': 'notes' }[name];
    if (extra === undefined) continue;
    const path = join(replica(name), 'current', extra);
    writeFileSync(path, 'more');
    if (name !== 'games-cf@young') utimesSync(path, 0, 0);
  }
  mkdirSync(join(replicas, '.gone.games-cf@half/v'), { recursive: true });
  await reach(on, 9);
  const config = { v: 1, cluster: 'x', state: on.folder, retention, pipelines: [{ name: 'cf', windowTurns: 1 }], nodes: [{ id: 'a' }] };
  writeRunningCluster({ config, configEpoch: 1, temporalAddress: '127.0.0.1:1' } as unknown as RunningCluster);
  expect(await runTidy({ state: on.folder, part: 'replicas' })).toMatchObject({ removed: 2 });
  expect(readdirSync(replicas).toSorted()).toEqual([
    'champion-cf',
    'games-cf@a',
    'games-cf@needed',
    'games-cf@odd',
    'games-cf@young',
    'games-other@left',
  ]);
  expect(await runTidy({ state: on.folder, part: 'replicas' })).toEqual({ removed: 0, bytes: 0 });
});
