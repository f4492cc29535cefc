/** FEEDBACK_LOOP on a real cluster: the results of turns change the values of the next turns, within their bounds, while the daemon runs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorkItem } from '../../src/domain/item/work-item.ts';
import { labelledNodes, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { eventually } from '../support/eventually.ts';

const feedback = { exploration: { min: 0, max: 0.8 }, games: { min: 20, max: 100 }, intensity: { min: 0.6, max: 1.4 } };
let cluster: LiveCluster;
beforeAll(async () => {
  // Each candidate of the toy payload is better than its champion. All games of turn 1 are the same.
  cluster = await makeCluster({
    nodes: (await labelledNodes(2)).slice(1, 2),
    pipelines: [toyPipeline({ selfPlay: 20, train: 20, evaluate: 20, same: 'toy.1' }, { feedback })],
  });
  await cluster.up();
});
afterAll(async () => (cluster as LiveCluster | undefined)?.destroy());

const runTurn = async (turn: number): Promise<void> => {
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  await cluster.until(`turn ${turn} is done`, 120, ({ pipelines }) => pipelines.some((one) => one.turn === turn && one.stage === 'idle'));
};
const changes = async (): Promise<string> => (await cluster.cli('event', 'list', '--type', 'ADAPTIVE_PARAMS_CHANGED')).stdout;
const says = (text: string): Promise<true> => eventually(text, async () => (await changes()).includes(text), { limitMs: 30_000 });
/** Returns the requests of the self-play and the training of a turn, and how many items of self-play the turn has. */
async function asked(turn: number) {
  const { stdout } = await cluster.cli('queue', 'list', '--limit', '500', '-o', 'json');
  const specs = (JSON.parse(stdout) as readonly WorkItem[]).map(({ spec }) => spec);
  const played = specs.filter(({ id }) => id.startsWith(`toy.${turn}.self-play.`));
  const trained = specs.find(({ id }) => id.startsWith(`toy.${turn}.train.`));
  return { items: played.length, selfPlay: played[0]?.request, train: trained?.request };
}

it('repeated games of a turn raise the exploration of the next turn, and explain says why', async () => {
  await runTurn(1);
  expect(await asked(1)).toMatchObject({ items: 6, selfPlay: { exploration: 0.1 }, train: { games: 60, intensity: 1 } });
  await says('exploration of toy went from 0.1 to 0.2: in turn 1, 97 % of the games repeat another game');
  expect((await cluster.cli('explain', 'toy')).stdout).toContain(
    'The exploration is 0.2 (0 to 0.8): set after turn 1, because in turn 1, 97 % of the games repeat another game.',
  );
  await runTurn(2);
  expect(await asked(2)).toMatchObject({ items: 6, selfPlay: { exploration: 0.2 } });
});

it('two champions in a row give the next turn fewer games and a harder training, also after the death of the ledger', async () => {
  await says('gamesPerTurn of toy went from 60 to 50: turns 1 and 2 brought new champions');
  await says('intensity of toy went from 1 to 1.1: turns 1 and 2 brought new champions');
  const ledger = cluster.pid('ledger');
  process.kill(ledger, 'SIGKILL');
  await cluster.until(
    'the ledger runs again',
    60,
    ({ daemons }) => cluster.pid('ledger') !== ledger && daemons.every(({ state }) => state === 'running'),
  );
  await runTurn(3);
  expect(await asked(3)).toMatchObject({ items: 5, selfPlay: { exploration: 0.2 }, train: { games: 110, intensity: 1.1 } });
});

it('while FEEDBACK_LOOP is stopped, turns run and no value changes; after its start the results count', async () => {
  await says('exploration of toy went from 0.2 to 0.1: turns 2 and 3 brought new champions');
  await cluster.cli('daemon', 'stop', 'FEEDBACK_LOOP', '--reason', 'a look at the values');
  const others = await cluster.until('it is stopped', 60, ({ daemons }) =>
    daemons.some(({ id, state }) => id === 'FEEDBACK_LOOP' && state === 'stopped')
      ? daemons.filter(({ state }) => state !== 'running').map(({ id }) => id)
      : undefined,
  );
  expect(others).toEqual(['FEEDBACK_LOOP']);
  const before = await changes();
  await runTurn(4);
  expect(await asked(4)).toMatchObject({ items: 5, selfPlay: { exploration: 0.1 }, train: { intensity: 1.1 } });
  expect(await changes()).toBe(before);
  await cluster.cli('daemon', 'start', 'FEEDBACK_LOOP');
  await says('gamesPerTurn of toy went from 50 to 40: turns 3 and 4 brought new champions');
});
