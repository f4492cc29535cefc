/**
 * A pipeline with turns left survives the loss of the server's database: once while its jobs run and once while the cluster is down. Control makes its
 * workflow again from the ledgers, no promoted turn is played again, and every item of every turn completes.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../support/processes.ts';
import { type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';

type Row = Readonly<Record<string, unknown>>;

describe('a pipeline of three turns whose server loses its database', () => {
  let cluster: LiveCluster;
  /** Jobs work until the test puts a file into this folder. The users of the nodes read the folder. */
  const hold = mkdtempSync(join(tmpdir(), 'rm-hold-'));
  chmodSync(hold, 0o755);
  const letEnd = (turn: number, kind: 'self-play' | 'train'): void => writeFileSync(join(hold, `toy.${turn}.${kind}`), '');

  beforeAll(async () => {
    // A held job prints nothing, and a slow machine needs minutes to make its workflow again.
    const { selfPlay, train, ...rest } = toyPipeline({ selfPlay: 200, train: 200, evaluate: 100, hold });
    const patient = { run: '20m', silent: '15m' };
    cluster = await makeCluster({ pipelines: [{ ...rest, selfPlay: { ...selfPlay, ...patient }, train: { ...train, ...patient } }] });
    await cluster.up();
    await cluster.until('all nodes alive', 60, ({ nodes }) => nodes.length === 3 && nodes.every((node) => node.state === 'alive'));
  }, 180_000);
  afterAll(async () => {
    await cluster.destroy();
    rmSync(hold, { recursive: true });
  }, 120_000);

  const rows = (ledger: string, sql: string): readonly Row[] => {
    const database = new Database(join(cluster.state, 'data', ledger), { readonly: true });
    try {
      return database.prepare(sql).all() as readonly Row[];
    } finally {
      database.close();
    }
  };
  /** Returns what a turn leaves behind for ever. A turn that is played again has another time or another row. */
  const played = (turn: number): readonly Row[] => [
    ...rows('elo.db', `SELECT candidate, promoted, champion_after, at_ms FROM evaluations WHERE turn = ${turn}`),
    ...rows('elo.db', `SELECT id, sha256, created_at_ms FROM models WHERE turn = ${turn}`),
    ...rows('coordination/tasks.db', `SELECT item, epoch, state, started_at_ms FROM jobs WHERE turn = ${turn} ORDER BY item, epoch`),
    ...rows('coordination/resource_state.db', `SELECT * FROM stages WHERE turn = ${turn} ORDER BY 1, 2, 3`),
  ];
  const loseDatabase = (): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(cluster.state, `temporal.db${end}`), { force: end !== '' });
  };
  let first: readonly Row[] = [];

  it('in the middle of turn 2: its jobs are adopted, and turn 1 is not played again', async () => {
    letEnd(1, 'self-play');
    letEnd(1, 'train');
    expect((await cluster.cli('pipeline', 'run', 'toy', '--turns', '3')).code).toBe(0);
    await cluster.until('the self-play of turn 2 runs', 240, ({ openJobs }) => {
      return openJobs.filter((job) => job.turn === 2 && job.kind === 'self-play' && job.state === 'running').length === 6;
    });
    first = played(1);
    expect(first.filter((row) => row['promoted'] === 1)).toHaveLength(1);

    const server = cluster.pid('server');
    process.kill(server, 'SIGKILL');
    loseDatabase();
    await cluster.until('another server runs', 120, () => cluster.pid('server') !== server && isAlive(cluster.pid('server')));
    letEnd(2, 'self-play');
    letEnd(2, 'train');
    await cluster.until('the self-play of turn 3 runs', 300, ({ openJobs }) =>
      openJobs.some((job) => job.turn === 3 && job.kind === 'self-play' && job.state === 'running'),
    );
    expect(played(1)).toEqual(first);
    const tries = rows(
      'coordination/tasks.db',
      `SELECT item, max(epoch) AS epochs FROM jobs WHERE turn = 2 AND kind = 'self-play' GROUP BY item ORDER BY item`,
    );
    expect(tries).toEqual([0, 1, 2, 3, 4, 5].map((k) => ({ item: `toy.2.self-play.${k}`, epochs: 1 })));
  }, 600_000);

  it('while the cluster is down in the training of turn 3: the turn is finished, and no fourth turn begins', async () => {
    letEnd(3, 'self-play');
    await cluster.until('the training of turn 3 runs', 180, ({ openJobs }) =>
      openJobs.some((job) => job.turn === 3 && job.kind === 'train' && job.state === 'running'),
    );
    const second = played(2);
    expect((await cluster.cli('down')).code).toBe(0);
    loseDatabase();
    letEnd(3, 'train');
    await cluster.up();
    await cluster.until('turn 3 is over', 300, ({ pipelines: [toy], openJobs }) => toy?.turn === 3 && toy.stage === 'idle' && openJobs.length === 0);
    expect([played(1), played(2)]).toEqual([first, second]);
  }, 600_000);

  it('each turn has one model, one evaluation and all its games, and every item completed', async () => {
    const turns = [1, 2, 3].map((turn) => ({ turn, rows: 1 }));
    for (const table of ['models', 'evaluations'])
      expect(rows('elo.db', `SELECT turn, count(*) AS rows FROM ${table} GROUP BY turn ORDER BY turn`), table).toEqual(turns);
    expect(rows('games/selfplay.db', 'SELECT turn, count(*) AS games, count(DISTINCT id) AS ids FROM games GROUP BY turn ORDER BY turn')).toEqual(
      [1, 2, 3].map((turn) => ({ turn, games: 60, ids: 60 })),
    );
    const open = rows('work_queue.db', `SELECT id, state FROM items WHERE kind != 'evaluate' AND state != 'completed'`);
    expect(open).toEqual([]);
    expect((await cluster.status()).pipelines[0]).toMatchObject({ turn: 3, promotions: 3, games: 180 });
  }, 60_000);
});
