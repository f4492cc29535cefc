/**
 * `gather` brings the games of a turn home. The tests check which nodes it waits for and how long, which games are played again, and when it
 * continues without the missing games.
 */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { ReplayedGames } from '../../src/domain/game/replay.ts';
import type { TransferResult } from '../../src/domain/dataset/sync.ts';
import { type GatherInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { type Activities } from '../support/quiet-activities.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;

const [b, c] = ['b' as NodeId, 'c' as NodeId];
const again = 'cf.1.self-play.0r1' as ItemId;
const nothing: ReplayedGames = { items: [], added: 0, turnHasGames: true, late: 0, givenUp: 0 };
const transferred = (source: string): TransferResult => ({
  digest: 'd',
  files: 1,
  bytes: 1,
  changed: true,
  method: 'fake',
  durationMs: 1,
  replica: `games-cf@${source}`,
});
/** Makes a function that returns the values one after another, and then returns the last value for ever. */
const inTurn = <T>(...answers: readonly [T, ...T[]]): (() => Promise<T>) => {
  let asked = 0;
  return async () => answers[Math.min((asked += 1), answers.length) - 1] ?? answers[0];
};
/** Makes a transfer that fails in every attempt when its source is the node `away`. */
const transferBut =
  (away: NodeId): Activities['transfer'] =>
  async ({ source }) => {
    if (source === away) throw ApplicationFailure.retryable(`${away} is unreachable`, 'transport.unreachable');
    return transferred(source);
  };
const taken = { read: 4, added: 4, total: 4, ignored: 0, setAside: [] };
const completedOn =
  (node: NodeId): Activities['items'] =>
  async ({ items }) =>
    items.map((item): ClosedItem => ({ item, state: 'completed', kind: 'self-play', node }));

let turn = 0;
const gather = () => {
  turn += 1;
  return cluster.start<GatherInput>('gather', workflowIds.stage('gather', 'cf', turn), { pipeline: 'cf', turn, windowTurns: 2 });
};
const details = (): string[] => cluster.inputs('recordStage').map(({ stage, detail }) => `${stage}: ${detail}`);
const minutes = (from: number, to: number): number => Math.round((to - from) / 60_000);

describe('games that were set aside', () => {
  beforeAll(async () => void (cluster = await FakeCluster.start()));
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  it('are shown, played again by items that signal this stage, and awaited; the new games are pulled from the nodes that played them', async () => {
    const pulls: string[] = [];
    cluster.answer({
      gamesAway: inTurn<Awaited<ReturnType<Activities['gamesAway']>>>({ nodes: [b], gone: [] }, { nodes: [c], gone: [] }),
      transfer: async ({ source }) => {
        pulls.push(source);
        return transferred(source);
      },
      consolidate: inTurn({ ...taken, setAside: ['cf.1.self-play.0' as ItemId] }, taken),
      replayGames: inTurn<ReplayedGames>({ ...nothing, items: [again], added: 1 }, nothing),
      items: completedOn(c),
    });
    const handle = await gather();
    expect(await handle.result()).toMatchObject({ added: 8, without: '' });
    expect(pulls).toEqual(['b', 'c']);
    expect(details()).toContain('consolidate: damaged games set aside: cf.1.self-play.0');
    expect(await cluster.commandsOf(handle)).toContain('wake→dispatcher');
  });

  it('and have no replacement left do not stop the turn', async () => {
    cluster.answer({ replayGames: async () => ({ ...nothing, givenUp: 2, firstGivenUp: 'cf.1.self-play.4' as ItemId }) });
    const handle = await gather();
    expect(await handle.result()).toMatchObject({ without: 'without the games of 2 items that were replaced in vain (cf.1.self-play.4)' });
  });

  it('again and again end in a bounded number of rounds', async () => {
    cluster.answer({
      gamesAway: async () => ({ nodes: [b], gone: [] }),
      consolidate: async () => ({ ...taken, added: 0, setAside: [again] }),
      replayGames: async () => ({ ...nothing, items: [again], added: 1 }),
      items: completedOn(b),
    });
    const handle = await gather();
    await handle.result();
    expect(cluster.inputs('replayGames')).toHaveLength(7);
  });

  it('and were replaced before are home: a repeated turn only exports', async () => {
    const handle = await gather();
    await handle.result();
    expect(cluster.inputs('transfer')).toEqual([]);
    expect(await cluster.commandsOf(handle)).toEqual(['gamesAway@ledger', 'replayGames@ledger', 'recordStage@ledger', 'exportTrainingSet@ledger']);
  });
});

describe('an unreachable node', () => {
  // Once an activity has been retried, the clock of the test server no longer jumps ahead. So each test has its own cluster.
  beforeEach(async () => void (cluster = await FakeCluster.start()));
  afterEach(async () => {
    await cluster.reset();
    await cluster.stop();
  });

  it('delays the turn for three minutes; then the turn continues with the games at home, and shows what is missing', async () => {
    cluster.answer({
      gamesAway: async () => ({ nodes: [b, c], gone: [] }),
      transfer: transferBut(c),
      consolidate: async () => taken,
      replayGames: async () => ({ ...nothing, late: 3 }),
    });
    const beganAt = await cluster.env.currentTimeMs();
    const handle = await gather();
    expect(await handle.result()).toMatchObject({ games: 1, added: 4, without: 'without the games of 3 items on unreachable nodes' });
    expect(minutes(beganAt, await cluster.env.currentTimeMs())).toBe(3);
    expect(cluster.inputs('consolidate').map(({ replicas }) => replicas)).toEqual([['games-cf@b']]);
    expect(cluster.inputs('replayGames').map(({ pulled }) => pulled)).toEqual([[b]]);
    expect(details()).toContain('consolidate: games into selfplay.db; late: c');
    expect(details().at(-1)).toBe('export: 4 new games, 4 in all; without the games of 3 items on unreachable nodes');
    cluster.adopt(workflowIds.sync('games-cf', c, 'home'));
  });

  it('that is declared lost meanwhile delays the turn no longer; its games are played again elsewhere and come home', async () => {
    cluster.answer({
      gamesAway: inTurn<Awaited<ReturnType<Activities['gamesAway']>>>({ nodes: [b, c], gone: [] }, { nodes: [b], gone: [c] }),
      transfer: transferBut(c),
      consolidate: async () => taken,
      replayGames: inTurn<ReplayedGames>({ ...nothing, items: [again], added: 1 }, nothing),
      items: completedOn(b),
    });
    const beganAt = await cluster.env.currentTimeMs();
    const handle = await gather();
    expect(await handle.result()).toMatchObject({ added: 8, without: '' });
    expect(minutes(beganAt, await cluster.env.currentTimeMs())).toBeLessThan(3);
    expect(cluster.inputs('consolidate').map(({ replicas }) => replicas)).toEqual([['games-cf@b'], ['games-cf@b']]);
    expect(cluster.inputs('replayGames').map(({ owner, turns }) => [owner, turns])).toEqual([
      [handle.workflowId, { from: Math.max(0, turn - 1), to: turn }],
      [handle.workflowId, { from: Math.max(0, turn - 1), to: turn }],
    ]);
    expect(details()).toContain('self-play: 1/1 items played again: their games were damaged, or lost with their node');
    cluster.adopt(workflowIds.sync('games-cf', c, 'home'));
  });

  it('that is back when the games are played again is pulled from like any other node', async () => {
    let isBack = false;
    const replay = inTurn<ReplayedGames>({ ...nothing, items: [again], added: 1 }, nothing);
    cluster.answer({
      gamesAway: inTurn<Awaited<ReturnType<Activities['gamesAway']>>>({ nodes: [c], gone: [] }),
      transfer: (input) => (isBack ? Promise.resolve(transferred(input.source)) : transferBut(c)(input)),
      consolidate: async () => taken,
      replayGames: async () => {
        isBack = true;
        return replay();
      },
      items: completedOn(c),
    });
    const handle = await gather();
    expect(await handle.result()).toMatchObject({ added: 4 });
    expect(cluster.inputs('consolidate').map(({ replicas }) => replicas)).toEqual([['games-cf@c']]);
  });

  it('that holds the only games of the turn fails the stage, with the reason', async () => {
    cluster.answer({
      gamesAway: async () => ({ nodes: [c], gone: [] }),
      transfer: transferBut(c),
      replayGames: async () => ({ ...nothing, turnHasGames: false, late: 1 }),
    });
    const handle = await gather();
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'pipeline.stage-failed', message: expect.stringMatching(/none of c could be synced/) as string },
    });
    expect(cluster.inputs('exportTrainingSet')).toEqual([]);
    cluster.adopt(workflowIds.sync('games-cf', c, 'home'));
  });
});
