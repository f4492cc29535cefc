/**
 * A change that makes room for pending items must wake the dispatcher. The ledger worker can die between the change and the signal, and the signal can
 * fail. Then the wake is still owed, and the repeat of the activity, or the next sweep, sends it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { signals, workflowIds } from '../../../src/contract/workflows.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { StageRecord } from '../../../src/domain/pipeline/view.ts';
import { itemId, itemSpec, nodeView } from '../../support/item-spec.ts';
import { repository } from '../../support/repository.ts';
import { failureOf, ledgerHarness, type LedgerHarness, stateFolder } from '../state-folder.ts';

beforeAll(() => {
  // The child is plain Node, which cannot load TypeScript. So the child runs the compiled output.
  const built = spawnSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-b', 'activities'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`activities do not compile: ${built.stdout}`);
}, 120_000);

const wake = `${signals.wake}→${workflowIds.dispatcher}`;
const wakesOf = ({ signals: sent }: LedgerHarness): number => sent.filter(({ signal }) => signal === wake).length;

/** The activities that make room for pending items by themselves. Each begins with an item that leaves room when it is cancelled, and with a node. */
const calls = {
  recordNodes: { nodes: [nodeView('a', { slots: 8 })] },
  recordStage: {
    pipeline: 'cf',
    turn: 1,
    stage: 'failed',
    detail: 'x',
    failure: failureRecord('job.exit-code', { cannot: 'x', because: 'y', hint: { say: 'z' } }),
  } satisfies StageRecord,
  cancelItems: { items: [itemId('cf.1.train')] },
} as const satisfies Partial<{ [Name in keyof LedgerActivities]: Parameters<LedgerActivities[Name]>[0] }>;
type Call = keyof typeof calls;
const names = Object.keys(calls) as Call[];

async function prepared(folder: string): Promise<LedgerHarness> {
  const on = ledgerHarness({ folder });
  await on.activities.recordNodes({ nodes: [nodeView('a')] });
  await on.activities.enqueue({ items: [itemSpec('cf.1.train', { slots: 4, pipeline: 'cf', turn: 1, owner: 'train/cf/1' }), itemSpec('x.1')] });
  return on;
}

const call = (on: LedgerHarness, name: Call): Promise<unknown> => (on.activities[name] as (input: unknown) => Promise<unknown>)(calls[name]);

/** Runs the activity in a child process, which dies at the signal to the dispatcher. */
async function dieAtWake(folder: string, name: Call): Promise<void> {
  const script = join(repository, 'test/storage/queue/die-at-wake.mjs');
  const child = spawn(process.execPath, [script, join(repository, 'dist'), folder, name, JSON.stringify(calls[name])], { stdio: 'inherit' });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal, 'the child reached the signal to the dispatcher').toBe('SIGKILL');
}

it.each(names)('%s: the repeat of a call whose worker died before the signal wakes the dispatcher, and a further repeat does not', async (name) => {
  const folder = stateFolder();
  const on = await prepared(folder);
  await dieAtWake(folder, name);
  await call(on, name);
  expect(wakesOf(on)).toBe(1);
  await call(on, name);
  expect(wakesOf(on)).toBe(1);
});

it.each(names)('%s: when no repeat comes, because its workflow was terminated, the next sweep wakes the dispatcher', async (name) => {
  const folder = stateFolder();
  const on = await prepared(folder);
  await dieAtWake(folder, name);
  await on.activities.recordNodes({ nodes: on.ledgers.resources.observedNodes() });
  expect(wakesOf(on)).toBe(1);
});

it.each(names)('%s: a wake whose signal failed is still owed', async (name) => {
  const on = await prepared(stateFolder());
  const { workflows } = on.dependencies;
  const { signal } = workflows;
  const refused = new RingmasterError('server.unavailable', { cannot: 'signal', because: 'it does not reply', hint: { run: 'ringmaster doctor' } });
  Object.assign(workflows, { signal: () => Promise.reject(refused) });
  await failureOf('server.unavailable', () => call(on, name));
  Object.assign(workflows, { signal });
  await call(on, name);
  expect(wakesOf(on)).toBe(1);
});
