/** Every workflow type is started from the real Temporal CLI with the JSON of docs/temporal-cli.md, which the test reads. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowTypes } from '../../src/contract/workflows.ts';
import { eventually } from '../support/eventually.ts';
import { type LiveCluster, makeCluster, toyPayload, toyPipeline } from '../support/live-cluster.ts';
import { temporalCli } from '../support/temporal-cli.ts';

const run = promisify(execFile);
const ringmaster = join(import.meta.dirname, '../../bin/ringmaster');
const page = readFileSync(join(import.meta.dirname, '../../docs/temporal-cli.md'), 'utf8');

interface Block {
  readonly section: string;
  readonly lines: readonly string[];
}
const blocks: readonly Block[] = page
  .split(/\n##+ /)
  .slice(1)
  .flatMap((part) =>
    [...part.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => ({
      section: part.split('\n')[0] ?? '',
      lines: (match[1] ?? '')
        .replaceAll('\\\n', ' ')
        .split(/\n(?=ringmaster temporal )/)
        .filter((line) => line.trim() !== ''),
    })),
  );

describe('docs/temporal-cli.md', () => {
  let cluster: LiveCluster;
  let address = '';
  const variables = new Map<string, string>();

  beforeAll(async () => {
    cluster = await makeCluster({
      pipelines: [toyPipeline({ selfPlay: 100, train: 100, evaluate: 50 }, { name: 'connect-four' })],
      channels: [{ id: 'log', log: true }],
    });
    await cluster.up();
    const status = await cluster.until('all nodes alive', 60, (seen) =>
      seen.nodes.length === 3 && seen.nodes.every((node) => node.state === 'alive') ? seen : undefined,
    );
    address = status.temporalAddress;
    const config = /"config": (\{[\s\S]*?\})\}'/.exec(page)?.[1] ?? '';
    variables.set('CONFIG', config);
    variables.set('PAYLOAD_FOLDER', toyPayload);
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);

  /** Fills in the values as a reader would, and replaces the commands of Connect Four with the commands of the toy payload. */
  const filled = (text: string): string => {
    let out = text;
    for (const [name, value] of variables)
      out = out.replaceAll(new RegExp(`\\b${name}\\b(?!")`, 'g'), value).replaceAll(`"${name}"`, JSON.stringify(value));
    return out
      .replaceAll(/"\{payload\}\/(self-play|train|evaluate)\.js"/g, '"{payload}/toy.mjs", "$1"')
      .replaceAll('["node"', `[${JSON.stringify(process.execPath)}`);
  };
  const temporal = async (line: string): Promise<string> => {
    const command = filled(line).replace(/^ringmaster temporal /, `${process.execPath} ${ringmaster} --state ${cluster.state} temporal `);
    const { stdout } = await run('sh', ['-c', `${command.trim()} -o json`], {
      env: { ...process.env, TEMPORAL_CLI_PATH: temporalCli() },
      timeout: 120_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  };
  const result = (output: string): unknown => (JSON.parse(output) as { result?: unknown }).result;
  const runSection = async (section: string): Promise<unknown[]> => {
    const outputs: unknown[] = [];
    for (const block of blocks.filter((one) => one.section === section)) for (const line of block.lines) outputs.push(await temporal(line));
    return outputs;
  };

  it('has a section for each workflow type', () => {
    expect(
      blocks
        .filter((block) => (workflowTypes as readonly string[]).includes(block.section))
        .map((block) => block.section)
        .filter((name, at, all) => all.indexOf(name) === at)
        .toSorted(),
    ).toEqual([...workflowTypes].toSorted());
  });

  it.each(['dispatcher', 'daemonManager', 'node'])(
    '%s: already runs, and a second start returns the running workflow',
    async (section) => {
      const [started] = await runSection(section);
      const { workflowId, runId } = JSON.parse(String(started)) as { workflowId: string; runId: string };
      expect(workflowId).toBe({ node: 'node/b', daemonManager: 'daemon-manager' }[section] ?? section);
      const before = JSON.parse(await temporal(`ringmaster temporal workflow describe --workflow-id ${workflowId}`)) as {
        workflowExecutionInfo: { execution: { runId: string }; status: string };
      };
      expect(before.workflowExecutionInfo).toMatchObject({ execution: { runId }, status: 'WORKFLOW_EXECUTION_STATUS_RUNNING' });
    },
    60_000,
  );

  it('state: a workflow reports itself', async () => {
    const [reply] = await runSection('state');
    const { queryResult } = JSON.parse(String(reply)) as { queryResult: readonly unknown[] };
    expect(queryResult).toEqual([{ state: 'running', heading: expect.any(String), rows: expect.any(Object) }]);
  }, 60_000);

  it('pipeline: plays a turn; pause, resume and run', async () => {
    await runSection('pipeline');
    await cluster.until('two turns done', 120, ({ pipelines }) => pipelines[0]?.turn === 2 && ['done', 'idle'].includes(pipelines[0].stage));
    expect((await cluster.status()).pipelines[0]?.games).toBe(40);
  }, 200_000);

  it('enqueue and cancel', async () => {
    const [added] = await runSection('enqueue');
    expect(result(String(added))).toEqual({ added: 1 });
    await cluster.until('hello.1 closed', 60, async () => (await cluster.item('hello.1'))?.item.state === 'completed');
    const [cancelled] = await runSection('cancel');
    expect(result(String(cancelled))).toEqual({ cancelled: 0, stopping: 0 });
  }, 120_000);

  it('job: refused by the ledger when the item was not claimed for it', async () => {
    const [done] = await runSection('job');
    expect(result(String(done))).toMatchObject({ accepted: false });
  }, 120_000);

  it('Failed jobs: the queries find the failed tries, and nothing else that failed', async () => {
    const ends = { fails: ['sh', '-c', 'exit 3'], killed: ['sh', '-c', 'kill -9 $$'] };
    await cluster.add({ id: 'fails.1', command: ends.fails, attemptsMax: 2 }, { id: 'killed.1', command: ends.killed, attemptsMax: 1 });
    // A sync of a dataset that exists nowhere fails, and no query of this section finds it.
    const absent = `--workflow-id sync/absent/b --input '{"dataset": "absent", "source": "home", "target": "b"}'`;
    await expect(temporal(`ringmaster temporal workflow execute --task-queue ringmaster --type sync ${absent}`)).rejects.toThrow('Command failed');
    const found = (output: unknown) =>
      (JSON.parse(String(output)) as { execution: { workflowId: string } }[]).map(({ execution }) => execution.workflowId);
    const sorted = (ids: readonly string[]) => ids.toSorted((a, b) => a.localeCompare(b));
    const killed = ['job/killed.1/1'];
    // The section `job` started the last one by hand. Its program makes no manifest.
    const failed = ['job/fails.1/1', 'job/fails.1/2', 'job/hello.2/1', ...killed];
    // The verdict of a gate cancels the evaluations that still run, and whether one does depends on the speed of this machine.
    const cancelled = sorted(
      found(await temporal(`ringmaster temporal workflow list --query 'WorkflowType = "job" AND FailureCode = "job.cancelled"'`)),
    ).filter((id) => id.includes('.evaluate.'));
    // Temporal lists a workflow a little after its end.
    const lists = await cluster.until('the failed tries are listed', 60, async () => {
      const [all, byCode] = (await runSection('Failed jobs')).map((output) => sorted(found(output)));
      return (all ?? []).length >= failed.length + cancelled.length && (byCode ?? []).length >= killed.length ? { all, byCode } : undefined;
    });
    expect(lists).toEqual({ all: sorted([...cancelled, ...failed]), byCode: killed });
    const everythingFailed = await temporal(`ringmaster temporal workflow list --query 'LifecycleState = "failed"'`);
    expect(found(everythingFailed)).toContain('sync/absent/b');
  }, 120_000);

  it('shows the progress of a running job, on nodes with and without a worker of their own', async () => {
    const command = ['sh', '-c', 'k=0; while [ $k -lt 60 ]; do k=$((k + 1)); echo "{\\"done\\":$k,\\"of\\":60}"; sleep 1; done'];
    const ids = Array.from({ length: 6 }, (_, k) => `progress.${k}`);
    await cluster.add(...ids.map((id) => ({ id, command })));
    const seen = await cluster.until('progress on every node', 40, ({ openJobs }) => {
      const reporting = openJobs.filter(({ item, state, progress }) => ids.includes(item) && state === 'running' && progress !== undefined);
      return ['a', 'b', 'c'].every((node) => reporting.some((job) => job.node === node)) ? reporting : undefined;
    });
    expect(seen.map(({ progress }) => progress)).toEqual(seen.map(() => ({ done: expect.any(Number), of: 60 })));
    for (const id of ids) expect((await cluster.cli('job', 'cancel', id)).code).toBe(0);
    await cluster.until('all cancelled', 60, ({ openJobs }) => openJobs.length === 0);
  }, 180_000);

  it('wishNode: drains a node and gives it back', async () => {
    const replies = (await runSection('wishNode')).map((output) => result(String(output)));
    expect(replies).toMatchObject([
      { node: 'b', changed: true, wish: { service: 'draining', by: 'kim@desk' } },
      { node: 'b', changed: true, wish: { service: 'in-service' } },
    ]);
  }, 60_000);

  it('pauseCluster: pauses the whole cluster, and ends the pause', async () => {
    const replies = (await runSection('pauseCluster')).map((output) => result(String(output)));
    expect(replies).toMatchObject([
      { verb: 'pause', changed: true, pause: { by: 'kim@desk', reason: 'a new switch' } },
      { verb: 'resume', changed: true, pause: { reason: 'a new switch' } },
    ]);
  }, 60_000);

  it('wishPipeline: pauses a pipeline and resumes it', async () => {
    const replies = (await runSection('wishPipeline')).map((output) => result(String(output)));
    expect(replies).toMatchObject([
      { pipeline: 'connect-four', received: true, wish: { wish: 'paused', by: 'kim@desk' } },
      { pipeline: 'connect-four', received: true, wish: { wish: 'running' } },
    ]);
  }, 60_000);

  it('daemon: works at once', async () => {
    const looks = async (): Promise<number> => (await cluster.status()).daemons.find(({ id }) => id === 'DAEMON_WATCHDOG')?.health?.atMs ?? 0;
    const before = await looks();
    await runSection('daemon');
    expect(await eventually('the duty worked', async () => (await looks()) > before)).toBe(true);
  }, 60_000);

  it('wishDaemons: stops a daemon and starts it', async () => {
    const replies = (await runSection('wishDaemons')).map((output) => result(String(output)));
    expect(replies).toMatchObject([
      { daemons: [{ id: 'DAEMON_WATCHDOG', state: 'running' }], received: true, wish: { wish: 'stopped', by: 'kim@desk' } },
      { daemons: [{ id: 'DAEMON_WATCHDOG' }], received: true, wish: { wish: 'running' } },
    ]);
  }, 60_000);

  it('silenceAlerts: silences a rule, and ends the silence', async () => {
    const replies = (await runSection('silenceAlerts')).map((output) => result(String(output)));
    const silence = { target: 'NodeLost', by: 'kim@desk', reason: 'a new rack' };
    expect(replies).toMatchObject([
      { verb: 'silence', silences: [silence] },
      { verb: 'unsilence', silences: [silence] },
    ]);
  }, 60_000);

  it('notify: sends what waits for a channel, and a test', async () => {
    const replies = (await runSection('notify')).map((output) => result(String(output)));
    expect(replies).toEqual([{ sent: 0 }, { sent: 1 }]);
    expect((await cluster.cli('logs', '--component', 'alert')).stdout).toContain('kim@desk tests the channel log');
  }, 60_000);

  it('steerDelivery: replays events to a subscriber', async () => {
    const [reply] = await runSection('steerDelivery');
    expect(result(String(reply))).toEqual({ verb: 'replay', subscriber: 'MODEL_DISTRIBUTION', count: 3 });
  }, 60_000);

  it('sync', async () => {
    const [done] = await runSection('sync');
    expect(result(String(done))).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    variables.set('PAYLOAD', (result(String(done)) as { digest: string }).digest);
  }, 120_000);

  it('generation', async () => {
    const [done] = await runSection('generation');
    expect(result(String(done))).toMatchObject({ turn: 7 });
  }, 200_000);

  it('each stage alone: selfPlay, gather, train, evaluate, promote, distribute', async () => {
    const [played] = await runSection('selfPlay');
    expect((result(String(played)) as { nodes: string[] }).nodes.length).toBeGreaterThan(0);
    const [gathered] = await runSection('gather');
    const { set, games } = result(String(gathered)) as { set: object; games: number };
    expect(games).toBe(20);
    variables.set('SET', JSON.stringify(set));
    const [trained] = await runSection('train');
    const model = result(String(trained)) as { id: string; sha256: string };
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    variables.set('MODEL', JSON.stringify(model));
    const [evaluated] = await runSection('evaluate');
    expect(result(String(evaluated))).toMatchObject({ verdict: expect.stringMatching(/accept|reject|undecided/) });
    variables.set('MODEL_ID', JSON.stringify(model.id));
    variables.set('CHAMPION_ID', JSON.stringify((await cluster.status()).pipelines[0]?.champion));
    const [promoted] = await runSection('promote');
    expect(result(String(promoted))).toMatchObject({ promoted: false });
    const [sent] = await runSection('distribute');
    expect((result(String(sent)) as { nodes: string[] }).nodes.toSorted((a, b) => a.localeCompare(b))).toEqual(['a', 'b', 'c']);
    if (process.env['RECORD'] !== undefined)
      await run(process.execPath, ['scripts/record-histories.mjs', address, process.env['RECORD']], { cwd: join(import.meta.dirname, '../..') });
  }, 300_000);
});
