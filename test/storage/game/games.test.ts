import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayGames } from '../../../activities/ledger/game/replay-games.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { Slice } from '../../../src/domain/game/replay.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { accept, acceptedReplica, game, gamesOf, replica } from '../accepted-items.ts';
import { failureOf, ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { sha256 } from '../../support/sha256.ts';

const first = 'cf.1.self-play.0';
const take = ({ activities }: LedgerHarness, ...replicas: readonly string[]) => activities.consolidate({ pipeline: 'cf', replicas });
const textOf = ({ folder }: LedgerHarness, digest: string): string => readFileSync(join(folder, 'data/blobs', digest), 'utf8');

function read<T>({ folder }: LedgerHarness, ask: (model: ReturnType<typeof openReadModel>) => T): T {
  const model = openReadModel(folder);
  try {
    return ask(model);
  } finally {
    model.close();
  }
}
const finstructionsOf = (on: LedgerHarness, item: string) => read(on, (model) => model.item(item));

describe('consolidate', () => {
  it('takes each game once, from any node', async () => {
    const on = ledgerHarness();
    const a = await acceptedReplica(on, 'a', { [first]: gamesOf(1, 0, 4), 'cf.1.self-play.10': gamesOf(1, 40, 2) });
    const b = await acceptedReplica(on, 'b', { 'cf.1.self-play.0r1': gamesOf(1, 0, 4), 'other.1.self-play.0': 'not ours', stranger: 'no item' });
    expect(await take(on, a)).toEqual({ read: 6, added: 6, total: 6, ignored: 0, setAside: [] });
    expect(await take(on, a, b)).toEqual({ read: 6, added: 0, total: 6, ignored: 0, setAside: [] });
  });

  it('takes one result of each part: different games of another try never enter', async () => {
    const on = ledgerHarness();
    const b = await acceptedReplica(on, 'b', { 'cf.1.self-play.0r1': gamesOf(1, 0, 4) });
    await take(on, b);
    const a = await acceptedReplica(on, 'a', { [first]: gamesOf(1, 0, 3) + `${game(1, 3, 'other')}\n` });
    expect(await take(on, a)).toEqual({ read: 0, added: 0, total: 4, ignored: 0, setAside: [] });
  });

  it('takes only accepted games: not those of an unknown item, of an open item, or of an earlier try on its node', async () => {
    const on = ledgerHarness();
    await accept(on, 'b', { [first]: gamesOf(1, 0, 4) });
    const a = replica(on, 'a', {
      [first]: `${game(1, 0, 'an earlier try')}\n`,
      'cf.1.self-play.7': gamesOf(1, 70, 2),
      'cf.1.self-play.8': gamesOf(1, 80, 2),
    });
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    await on.activities.enqueue({ items: [itemSpec('cf.1.self-play.8')] });
    expect((await on.activities.claim({ open: [] })).started, 'on the node that has its file').toMatchObject([{ node: 'a' }]);
    expect(await take(on, a)).toEqual({ read: 0, added: 0, total: 0, ignored: 3, setAside: [] });
    expect(await take(on, replica(on, 'c', { [first]: gamesOf(1, 0, 4) })), 'the same bytes are as good from any node').toMatchObject({ added: 4 });
  });

  it('fails with a code when a replica does not exist', async () => {
    const failure = await failureOf('sync.source-missing', () => take(ledgerHarness(), 'nowhere'));
    expect(sentenceOf(failure)).toMatch(/^Cannot consolidate .+nowhere because it has no folder "current"; try syncing/);
  });
});

describe('a damaged file', () => {
  it.each([
    ['not JSON', '{"id": "cf.1.2", "resu', 'the line is not JSON'],
    ['without an id', '{"result": 1}', 'no string "id"'],
    ['without a result', '{"id": "cf.1.2"}', 'no "result"'],
    ['an array', '[1]', 'not a JSON object'],
    ['empty', '', 'the line is not JSON'],
  ])('with a line that is %s is set aside; the good ones are taken', async (_, line, because) => {
    const on = ledgerHarness();
    const bad = `${game(1, 0)}\n${game(1, 1)}\n${line}\n${game(1, 3)}\n`;
    const a = await acceptedReplica(on, 'a', { [first]: bad, 'cf.1.self-play.1': gamesOf(1, 4, 4) });
    expect(await take(on, a)).toEqual({ read: 4, added: 4, total: 4, ignored: 0, setAside: [first] });
    const failure = finstructionsOf(on, first)?.setAside?.failure;
    expect(failure?.code).toBe('pipeline.bad-games');
    expect(failure && sentenceOf(failure)).toMatch(
      /^Cannot take the games of cf\.1\.self-play\.0 from a because line 3 of .+ is damaged: .+; try .+/,
    );
    expect(failure?.message).toContain(because);
    expect(failure?.fields).toMatchObject({ item: first, node: 'a', line: 3 });
  });

  it.each([
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), 'not UTF-8'],
    ['holds no game', '', 'it holds no game'],
  ])('that %s is set aside', async (_, bytes, because) => {
    const on = ledgerHarness();
    await accept(on, 'a', { [first]: bytes });
    expect(await take(on, replica(on, 'a', { [first]: bytes }))).toMatchObject({ added: 0, setAside: [first] });
    expect(finstructionsOf(on, first)?.setAside?.failure.message).toContain(because);
  });

  it('whose bytes differ from the accepted ones is set aside, even if all of it parses', async () => {
    const on = ledgerHarness();
    const right = gamesOf(1, 0, 4);
    await accept(on, 'a', { [first]: right });
    const wrong = right.replace('"result":-1', '"result":1');
    expect(await take(on, replica(on, 'a', { [first]: wrong }))).toMatchObject({ added: 0, setAside: [first] });
    expect(finstructionsOf(on, first)?.setAside?.failure.message).toContain(`its sha256 is ${sha256(wrong)} and ${sha256(right)} was accepted`);
  });

  it('with a game that its item did not request is set aside, so that the game of the right item can be stored', async () => {
    const on = ledgerHarness();
    const asked = (firstGame: number) => ({ request: { prefix: 'cf.1', firstGame, games: 4 } });
    const files = { [first]: gamesOf(1, 0, 3) + `${game(1, 4, 'of another item')}\n`, 'cf.1.self-play.1': gamesOf(1, 4, 4) };
    await accept(on, 'a', { [first]: files[first] ?? '' }, asked(0));
    await accept(on, 'a', { 'cf.1.self-play.1': files['cf.1.self-play.1'] }, asked(4));
    expect(await take(on, replica(on, 'a', files))).toMatchObject({ added: 4, setAside: [first] });
    expect(finstructionsOf(on, first)?.setAside?.failure.message).toContain('game cf.1.4 is none of those asked for (cf.1.0 to cf.1.3)');
  });

  it('whose games are already stored with other content is set aside, and adds nothing', async () => {
    const on = ledgerHarness();
    const a = await acceptedReplica(on, 'a', { 'cf.1.self-play.1': gamesOf(1, 0, 4) });
    await take(on, a);
    const b = await acceptedReplica(on, 'b', { [first]: `${game(1, 9)}\n${game(1, 2, 'other')}\n` });
    expect(await take(on, b)).toMatchObject({ added: 0, total: 4, setAside: [first] });
    expect(finstructionsOf(on, first)?.setAside?.failure.message).toContain('cf.1.2, which is known with other content from item cf.1.self-play.1');
  });

  it('is set aside once; a file with other bytes is read again', async () => {
    const on = ledgerHarness();
    const right = gamesOf(1, 0, 4);
    await accept(on, 'a', { [first]: right });
    const wrong = replica(on, 'a', { [first]: 'torn' });
    expect((await take(on, wrong)).setAside).toEqual([first]);
    const before = finstructionsOf(on, first)?.setAside;
    expect(await take(on, wrong)).toEqual({ read: 0, added: 0, total: 0, ignored: 0, setAside: [] });
    expect(finstructionsOf(on, first)?.setAside).toEqual(before);
    expect((await take(on, replica(on, 'a', { [first]: 'torn in another way' }))).setAside).toEqual([first]);
    expect(await take(on, replica(on, 'a', { [first]: right }))).toMatchObject({ added: 4, setAside: [] });
    expect(finstructionsOf(on, first)?.setAside?.replacedBy).toBe(first);
  });

  it('is shown with its pipeline, newest first, and with its replacement', async () => {
    const on = ledgerHarness();
    await on.activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'consolidate', detail: '' });
    expect(read(on, (model) => model.status().pipelines[0])).not.toHaveProperty('setAside');
    await take(on, await acceptedReplica(on, 'a', { [first]: 'torn' }));
    await take(on, await acceptedReplica(on, 'a', { 'cf.1.self-play.1': 'torn, too' }));
    await take(on, await acceptedReplica(on, 'b', { [`${first}r1`]: gamesOf(1, 0, 4) }));
    const shown = read(on, (model) => model.status().pipelines[0]?.setAside);
    expect(shown?.map(({ item, turn, replacedBy }) => [item, turn, replacedBy])).toEqual([
      ['cf.1.self-play.1', 1, undefined],
      [first, 1, `${first}r1`],
    ]);
    expect(shown?.[1]).toMatchObject({ name: `${first}.games.ndjson`, sha256: sha256('torn') });
  });
});

describe('export', () => {
  it('orders by turn, item number and game number, not by text', async () => {
    const on = ledgerHarness();
    const a = await acceptedReplica(on, 'a', {
      'cf.10.self-play.0': gamesOf(10, 0, 2),
      'cf.9.self-play.10': gamesOf(9, 100, 12),
      'cf.9.self-play.2': gamesOf(9, 20, 2),
      'cf.8.self-play.0': gamesOf(8, 0, 2),
    });
    await take(on, a);
    const { set, games } = await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 10, windowTurns: 2 });
    expect(games).toBe(16);
    const text = textOf(on, set.sha256);
    expect(text).toBe(gamesOf(9, 20, 2) + gamesOf(9, 100, 12) + gamesOf(10, 0, 2));
    expect(set).toEqual({ name: 'games.ndjson', bytes: text.length, sha256: sha256(text) });
  });

  it('gives the same digest for the same games, in whatever order they came; no temporary file is left', async () => {
    const digests = await Promise.all(
      [
        ['cf.1.self-play.0', 'cf.1.self-play.1'],
        ['cf.1.self-play.1', 'cf.1.self-play.0r1'],
      ].map(async (order) => {
        const on = ledgerHarness();
        for (const [at, item] of order.entries())
          await take(on, await acceptedReplica(on, `n${at}`, { [item]: gamesOf(1, item.includes('play.1') ? 700 : 0, 700) }));
        const { set } = await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 5 });
        expect(await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 5 })).toEqual({ set, games: 1400 });
        expect(readdirSync(join(on.folder, 'data/blobs'))).toEqual([set.sha256]);
        return set.sha256;
      }),
    );
    expect(new Set(digests).size).toBe(1);
  });

  it('fails with a code when there are no games, and says how many files were set aside', async () => {
    const on = ledgerHarness();
    const exported = () => on.activities.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 3 });
    await failureOf('pipeline.no-games', exported);
    expect(() => readdirSync(join(on.folder, 'data/blobs'))).toThrow('ENOENT');
    await take(on, await acceptedReplica(on, 'a', { [first]: 'torn' }));
    expect((await failureOf('pipeline.no-games', exported)).message).toContain('1 files of games were set aside as damaged');
  });
});

describe('games that are not home', () => {
  const turns = { from: 1, to: 1 };
  const ask = { pipeline: 'cf', turns };
  const replay = ({ activities }: LedgerHarness) => activities.replayGames({ ...ask, pulled: [], owner: 'gather/cf/1' });
  const specOf = (on: LedgerHarness, item: string) => finstructionsOf(on, item)?.item.spec;

  it('are pulled only from the nodes that have them', async () => {
    const on = ledgerHarness();
    expect(await on.activities.gamesAway(ask)).toEqual({ nodes: [], gone: [] });
    const a = await acceptedReplica(on, 'a', { [first]: gamesOf(1, 0, 4) });
    expect(await on.activities.gamesAway(ask)).toEqual({ nodes: ['a'], gone: [] });
    await take(on, a);
    expect(await on.activities.gamesAway(ask)).toEqual({ nodes: [], gone: [] });
    expect(await replay(on)).toEqual({ items: [], added: 0, turnHasGames: true, late: 0, givenUp: 0 });
  });

  it('are played again when they were set aside: the same item under another name, and only once after repeated calls', async () => {
    const on = ledgerHarness();
    await take(on, await acceptedReplica(on, 'a', { [first]: 'torn' }));
    const again = `${first}r1` as ItemId;
    expect(await replay(on)).toEqual({ items: [again], added: 1, turnHasGames: false, late: 0, givenUp: 0 });
    expect(await replay(on)).toMatchObject({ items: [again], added: 0 });
    expect(specOf(on, again)).toEqual({ ...specOf(on, first), id: again, owner: 'gather/cf/1' });
    expect(finstructionsOf(on, again)?.item.state).toBe('pending');
  });

  it.each([
    ['on another node than the one that damaged them', 1, 'b'],
    ['on the node that damaged them when no other node could play them', 0, 'a'],
  ])('are played again %s', async (_, slotsOfB, node) => {
    const on = ledgerHarness();
    await take(on, await acceptedReplica(on, 'a', { [first]: 'torn' }));
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1_000 }), nodeView('b', { slots: slotsOfB })] });
    for (let times = 0; times < 2; times += 1) expect((await replay(on)).items).toEqual([`${first}r1`]);
    expect((await on.activities.claim({ open: [] })).started).toMatchObject([{ job: { item: `${first}r1` }, node }]);
  });

  it('are played again once when two stages ask at the same time: the second only waits', async () => {
    const on = ledgerHarness();
    await take(on, await acceptedReplica(on, 'a', { [first]: 'torn' }));
    const seen: readonly Slice[] = [{ turn: 1, tries: [{ item: first as ItemId, games: 'set-aside', node: nodeView('a').node }] }];
    const gameWork = { ...on.dependencies.gameWork, slicesAway: async () => seen };
    const stale = replayGames({ ...on.dependencies, gameWork });
    const by = (owner: string) => stale({ pipeline: 'cf', turns, pulled: [], owner });
    expect([await by('gather/cf/1'), await by('gather/cf/2')].map(({ items, added }) => [items, added])).toEqual([
      [[`${first}r1`], 1],
      [[`${first}r1`], 0],
    ]);
  });

  it('are played again when their node is lost or no longer in the cluster file, but not while it is unreachable; games that arrive later count once', async () => {
    const on = ledgerHarness();
    const games = gamesOf(1, 0, 4);
    const a = await acceptedReplica(on, 'a', { [first]: games });
    await on.activities.recordNodes({ nodes: [nodeView('a', { state: 'unreachable', sinceMs: on.clock.nowMs }), nodeView('b')] });
    expect(await on.activities.gamesAway(ask)).toEqual({ nodes: ['a'], gone: [] });
    expect(await replay(on)).toMatchObject({ items: [], added: 0, late: 1 });
    for (const nodes of [[nodeView('a', { state: 'lost' }), nodeView('b')], [nodeView('b')]]) {
      await on.activities.recordNodes({ nodes });
      expect(await on.activities.gamesAway(ask)).toEqual({ nodes: [], gone: ['a'] });
      expect((await replay(on)).items).toEqual([`${first}r1`]);
    }
    await accept(on, 'b', { [`${first}r1`]: games }, specOf(on, `${first}r1`));
    expect(await take(on, replica(on, 'b', { [`${first}r1`]: games }))).toMatchObject({ added: 4 });
    expect(await take(on, a), 'the lost node is back').toMatchObject({ added: 0, total: 4, setAside: [] });
    expect(await replay(on)).toMatchObject({ items: [], late: 0 });
  });
});
