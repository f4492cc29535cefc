/** Control starts the standing workflows, and starts them again when a person or a lost database has ended them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standingWorkflows } from '../../workers/control/standing-workflows.ts';
import { type StandingWorkflow, WorkflowKeeper } from '../../workers/control/keep-workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { DaemonManagerInput } from '../../src/contract/workflows.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import { messageId } from '../../src/service/temporal/message-id.ts';
import { stopLeftPipelines } from '../../workers/control/configure-pipelines.ts';
import { row } from '../unit/daemon/make-daemon.ts';
import { startTemporal, type TemporalHere } from '../cli/temporal-here.ts';

let temporal: TemporalHere;
beforeAll(async () => {
  temporal = await startTemporal();
}, 60_000);
afterAll(() => temporal.stop());

const config = { nodes: ['a', 'b'].map((id) => ({ id, worker: 'none' })), pipelines: [] } as unknown as ClusterConfig;
const view = (node: string) =>
  ({ node, state: 'lost', sinceMs: 1, route: 'gateway', slots: 1, labels: [], evidence: 'silence', observedAtMs: 1 }) as unknown as ObservedNode;

test('a workflow that was terminated runs again after the next round, with what the ledgers know', async () => {
  const { client } = temporal;
  const said: string[] = [];
  const keeper = new WorkflowKeeper({
    client,
    standing: () => standingWorkflows(config, [{ view: view('a') }, { view: view('gone') }]),
    say: (line) => said.push(line),
  });
  const statusOf = async (id: string): Promise<string> => (await client.workflow.getHandle(id).describe()).status.name;
  try {
    await keeper.run();
    for (const id of ['dispatcher', 'daemon-manager', 'node/a']) expect(await statusOf(id)).toBe('RUNNING');
    await expect(statusOf('node/gone')).rejects.toThrow(/not found/);
    expect(keeper.look()).toMatchObject({ startedAgain: [] });
    await client.workflow.getHandle('daemon-manager').terminate('one click');
    await keeper.run();
    expect(await statusOf('daemon-manager')).toBe('RUNNING');
    expect(keeper.look().startedAgain).toMatchObject([{ workflow: 'daemon-manager' }]);
    expect(said).toEqual([expect.stringContaining('daemon-manager did not run')]);
  } finally {
    keeper.close();
  }
});

test('a new manager goes on with the window of the brake, from the records of the daemons that need a grant', () => {
  const rows = [
    { ...row('CRITICAL'), critical: true },
    { ...row('A'), critical: false },
    { ...row('B'), critical: false },
    { ...row('NEW'), critical: false },
  ];
  const record = (grantedAtMs: readonly number[]) => ({ state: 'running', seq: 7, grantedAtMs }) as const;
  const known = [
    { id: 'CRITICAL', record: record([5]) },
    { id: 'A', record: record([10, 40]) },
    { id: 'B', record: record([20]) },
    { id: 'GONE', record: record([30]) },
  ];
  const [manager] = standingWorkflows(config, [], { rows, known });
  const { group } = (manager as StandingWorkflow).input as DaemonManagerInput;
  expect(group.grantedAtMs).toEqual([10, 20, 40]);
  expect(group.daemons[1]).toMatchObject({ row: { id: 'A' }, report: { state: 'running', seq: 7 }, gone: true });
});

test('a server that does not reply is shown, and the next round goes on', async () => {
  const failing = {
    workflow: { list: () => [], start: () => Promise.reject(new Error('no server')) },
    withDeadline: (_: number, ask: () => unknown) => ask(),
  };
  const keeper = new WorkflowKeeper({ client: failing as never, standing: () => standingWorkflows(config, []), say: () => undefined });
  await keeper.run();
  keeper.close();
  expect(keeper.look()).toMatchObject({ failure: expect.stringContaining('no server') as string });
});

test('a pipeline that left the cluster file and of which turns are wanted is stopped by a wish, and no other', async () => {
  const { client } = temporal;
  const left = (name: string, turnsLeft: number) => ({ name, turn: 2, stage: 'train', standing: { nextTurn: 2, turnsLeft } }) as const;
  const named = { pipelines: [{ name: 'kept' }] } as unknown as ClusterConfig;
  const known = [left(`left-${process.pid}`, 2), left('kept', 2), { ...left(`done-${process.pid}`, 0), stage: 'idle' as const }];
  await stopLeftPipelines(client, named, known);
  // A second start of control asks for the same wish.
  await stopLeftPipelines(client, named, known);
  const wishes = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: "WorkflowType = 'wishPipeline'" })) ids.push(workflowId);
    return ids;
  };
  const id = messageId('wish-pipeline', {
    pipeline: `left-${process.pid}`,
    verb: 'stop',
    by: 'ringmaster',
    reason: 'the cluster file no longer names it',
  });
  await expect.poll(wishes, { timeout: 20_000 }).toEqual([id]);
});
