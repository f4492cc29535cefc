/**
 * SIGKILL ends the launcher, control, ledger, gateway, node worker, sshd and the Temporal server, each during self-play and during training. Every
 * turn completes, every game counts exactly once, and no item is tried twice, because the processes on the nodes are adopted.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobProcesses, descendants, isAlive, isSshd } from '../support/processes.ts';
import { type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';

const gamesPerTurn = 60;
type Victim = 'launcher' | 'control' | 'ledger' | 'gateway' | 'node worker' | 'sshd' | 'server';
type Stage = 'self-play' | 'training';

/**
 * The node worker needs a few seconds to come back, so it is killed in two different turns: in one during self-play, in the other during training.
 */
const deaths: readonly { readonly victim: Victim; readonly stages: readonly Stage[] }[] = [
  ...(['launcher', 'control', 'ledger', 'gateway', 'sshd', 'server'] as const).map((victim) => ({
    victim,
    stages: ['self-play', 'training'] as const,
  })),
  { victim: 'node worker', stages: ['self-play'] },
  { victim: 'node worker', stages: ['training'] },
];

describe('SIGKILL of any process of ours', () => {
  let cluster: LiveCluster;
  /** Jobs work until the test puts a file into this folder, so the speed of this machine does not matter. The users of the nodes read the folder. */
  const hold = mkdtempSync(join(tmpdir(), 'rm-hold-'));
  chmodSync(hold, 0o755);
  const letEnd = (turn: number, kind: 'self-play' | 'train'): void => writeFileSync(join(hold, `toy.${turn}.${kind}`), '');
  afterAll(() => rmSync(hold, { recursive: true }));

  beforeAll(async () => {
    cluster = await makeCluster({ pipelines: [toyPipeline({ selfPlay: 500, train: 500, evaluate: 100, hold })] });
    await cluster.up();
    await cluster.until(
      'all nodes alive, a by its resident worker',
      60,
      ({ nodes }) =>
        nodes.length === 3 && nodes.every((node) => node.state === 'alive') && nodes.find((node) => node.node === 'a')?.route === 'resident',
    );
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);

  const kill = async (victim: Victim): Promise<void> => {
    switch (victim) {
      case 'node worker':
        return void process.kill(workerPid(), 'SIGKILL');
      case 'sshd':
        // Kills the sshd listeners of all nodes with all their sessions, so that open connections end too.
        for (const node of ['a', 'b', 'c']) {
          const listener = cluster.pid(`sshd-${node}`);
          const sessions = descendants(listener).filter(isSshd);
          process.kill(listener, 'SIGKILL');
          for (const session of sessions) if (isAlive(session)) process.kill(session, 'SIGKILL');
        }
        return;
      case 'launcher': {
        const before = ['server', 'ledger', 'gateway', 'control'].map(cluster.pid);
        process.kill(cluster.pid('launcher'), 'SIGKILL');
        await cluster.up();
        expect(['server', 'ledger', 'gateway', 'control'].map(cluster.pid), 'a second up adopts what runs').toEqual(before);
        return;
      }
      case 'control':
      case 'gateway':
      case 'ledger':
      case 'server':
        process.kill(cluster.pid(victim), 'SIGKILL');
    }
  };

  const workerPid = (): number => Number(readFileSync(join(cluster.nodeFolder('a'), 'worker/pid'), 'utf8'));
  const pidsOf = (victim: Victim): readonly number[] =>
    victim === 'sshd' ? ['a', 'b', 'c'].map((node) => cluster.pid(`sshd-${node}`)) : [victim === 'node worker' ? workerPid() : cluster.pid(victim)];
  /** Kills the process and waits until another one has replaced it. */
  const killAndWait = async (victim: Victim): Promise<void> => {
    const before = pidsOf(victim);
    await kill(victim);
    await cluster.until(`${victim} back`, 90, () => pidsOf(victim).every((pid) => !before.includes(pid) && isAlive(pid)));
  };

  it.each(deaths.map((death, index) => ({ ...death, turn: index + 1 })))(
    '$victim: during $stages of turn $turn',
    async ({ victim, stages, turn }) => {
      await cluster.until('the resident worker runs', 90, ({ nodes }) => nodes.find((node) => node.node === 'a')?.route === 'resident');
      expect((await cluster.cli('pipeline', 'run', 'toy', '--turns', '1')).code).toBe(0);
      await cluster.until(
        `self-play of turn ${turn} under way`,
        60,
        ({ openJobs }) => openJobs.filter((job) => job.turn === turn && job.kind === 'self-play' && job.state === 'running').length >= 3,
      );
      // The self-play jobs end while the killed process is away.
      if (stages.includes('self-play')) await kill(victim);
      letEnd(turn, 'self-play');
      const trainer = await cluster.until(`training of turn ${turn}`, 90, ({ openJobs }) =>
        openJobs.find((job) => job.turn === turn && job.kind === 'train' && job.state === 'running'),
      );
      const training = jobProcesses(cluster.name, trainer.item);
      expect(training.length).toBe(1);
      if (victim === 'node worker' && stages.includes('training')) expect(trainer.node, 'the node whose worker is killed').toBe('a');
      // The training job ends after the killed process is back.
      if (stages.includes('training')) await killAndWait(victim);
      letEnd(turn, 'train');
      const seen = new Set(training);
      await cluster.until(`turn ${turn} done`, 120, ({ pipelines, openJobs }) => {
        for (const pid of jobProcesses(cluster.name, trainer.item)) seen.add(pid);
        const [toy] = pipelines;
        return toy?.turn === turn && (toy.stage === 'done' || toy.stage === 'idle') && openJobs.length === 0;
      });
      expect([...seen], 'one training process throughout').toEqual(training);
      const status = await cluster.status();
      expect(status.pipelines[0]?.games).toBe(turn * gamesPerTurn);
      const tried = await Promise.all(Array.from({ length: 6 }, (_, k) => cluster.item(`toy.${turn}.self-play.${k}`)));
      expect(tried.map((facts) => [facts?.item.state, facts?.item.epoch])).toEqual(tried.map(() => ['completed', 1]));
      expect((await cluster.item(trainer.item))?.item.epoch).toBe(1);
    },
    300_000,
  );

  it('leaves every ledger sound, as doctor shows', async () => {
    const { checks } = JSON.parse((await cluster.cli('doctor', '-o', 'json')).stdout) as {
      checks: readonly { readonly name: string; readonly result: string; readonly detail: string }[];
    };
    const ledgers = checks.filter(({ name }) => name.startsWith('ledger '));
    expect(ledgers.map(({ name, result }) => [name.replace('ledger ', ''), result])).toEqual(
      ['work_queue.db', 'tasks.db', 'resource_state.db', 'alerts.db', 'sync_history.db', 'elo.db', 'events.db', 'selfplay.db'].map((file) => [
        file,
        'ok',
      ]),
    );
    for (const { detail } of ledgers) expect(detail).toMatch(/^quick_check ok, /);
  }, 30_000);
});
