/**
 * Every game of a turn counts exactly once. Games in a damaged file or on a lost node are played again. The test runs the whole product with a payload
 * that has no `verify`.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';

const gamesPerTurn = 60;
const parts = 12;
const torn = 'toy.1.self-play.2';

describe('a turn whose games', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    const stage = (kind: string, env: Readonly<Record<string, string>>) => ({
      command: [process.execPath, '{payload}/toy.mjs', kind],
      run: '5m',
      silent: '60s',
      selfFence: '4s',
      env,
    });
    const pipeline = toyPipeline(
      { selfPlay: 0, train: 0, evaluate: 0 },
      {
        games: { perTurn: gamesPerTurn, perItem: gamesPerTurn / parts, windowTurns: 2 },
        selfPlay: stage('self-play', { TOY_MS: '1500', TOY_TORN: torn }),
        train: stage('train', { TOY_MS: '100' }),
        evaluate: stage('evaluate', { TOY_MS: '50' }),
      },
    );
    // `lostAfter` must exceed every self-fence by more than half a minute.
    cluster = await makeCluster({ limits: { suspectAfter: '2s', unreachableAfter: '6s', lostAfter: '36s' }, pipelines: [pipeline] });
    await cluster.up();
    await cluster.until('all nodes alive', 60, ({ nodes }) => nodes.length === 3 && nodes.every((node) => node.state === 'alive'));
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);

  const begin = async (): Promise<void> => expect((await cluster.cli('pipeline', 'run', 'toy', '--turns', '1')).code).toBe(0);
  const isDone = (turn: number) =>
    cluster.until(`turn ${turn} done`, 180, ({ pipelines: [toy], openJobs }) => {
      return toy?.turn === turn && (toy.stage === 'done' || toy.stage === 'idle') && openJobs.length === 0;
    });
  /** Returns one line `<turn> <games> <distinct ids>` for each turn, in order. */
  const gamesHome = (): string[] => {
    const ledger = new Database(join(cluster.state, 'data/games/selfplay.db'), { readonly: true });
    try {
      const rows = ledger.prepare('SELECT turn, count(*) AS games, count(DISTINCT id) AS ids FROM games GROUP BY turn ORDER BY turn');
      return (rows.all() as { turn: number; games: number; ids: number }[]).map(({ turn, games, ids }) => `${turn} ${games} ${ids}`);
    } finally {
      ledger.close();
    }
  };

  it('are damaged in one file: the file is set aside and shown, its games are played again, and later turns are not affected', async () => {
    await begin();
    await isDone(1);
    expect(gamesHome()).toEqual(['1 60 60']);
    expect((await cluster.item(`${torn}r1`))?.item.state).toBe('completed');
    const { setAside } = (await cluster.item(torn)) ?? {};
    expect(setAside).toMatchObject({ item: torn, replacedBy: `${torn}r1`, failure: { code: 'pipeline.bad-games', fields: { line: 5 } } });
    const explained = (await cluster.cli('explain', torn)).stdout;
    expect(explained).toContain(`The games of ${torn} were set aside as damaged (replaced by ${torn}r1).`);
    expect(explained).toMatch(
      /Failure pipeline\.bad-games[\s\S]+line 5 of .+ is damaged: the line is not JSON\n[\s\S]+\nNext\n {2}try looking at the file/,
    );
    expect((await cluster.cli('pipeline', 'show', 'toy')).stdout).toMatch(new RegExp(`GAMES SET ASIDE[\\s\\S]+${torn} .+ replaced by ${torn}r1`));
    await begin();
    await isDone(2);
    expect(gamesHome()).toEqual(['1 60 60', '2 60 60']);
    expect((await cluster.status()).pipelines[0]?.setAside).toHaveLength(1);
  }, 300_000);

  it('were accepted on a node that is then lost: they are played again, and they count once after the node is back', async () => {
    await begin();
    const onC = ({ node, turn, kind }: { readonly node: string; readonly turn?: number; readonly kind: string }): boolean =>
      node === 'c' && turn === 3 && kind === 'self-play';
    const accepted = await cluster.until('games of turn 3 accepted on c', 60, ({ recentJobs }) =>
      recentJobs.find((job) => onC(job) && job.state === 'completed'),
    );
    const back = await cluster.cutOff('c');
    try {
      await cluster.until('training of turn 3', 150, ({ pipelines: [toy] }) => toy?.turn === 3 && toy.stage === 'train');
      expect((await cluster.status()).nodes.find(({ node }) => node === 'c')?.state).toBe('lost');
      const again = await cluster.item(`${accepted.item}r1`);
      expect([again?.item.state, again?.item.node === 'c']).toEqual(['completed', false]);
      expect(gamesHome()).toEqual(['1 60 60', '2 60 60', '3 60 60']);
    } finally {
      back();
    }
    await cluster.until('c alive again', 60, ({ nodes }) => nodes.every((node) => node.state === 'alive'));
    await isDone(3);
    await begin();
    await cluster.until('c plays in turn 4', 60, ({ openJobs }) => openJobs.some((job) => job.node === 'c' && job.turn === 4));
    await isDone(4);
    expect(gamesHome()).toEqual(['1 60 60', '2 60 60', '3 60 60', '4 60 60']);
    expect((await cluster.status()).pipelines[0]?.setAside, 'what came late was the same').toHaveLength(1);
  }, 400_000);
});
