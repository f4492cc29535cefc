/** The numbers of the processes of command daemons: one is open at a time, and a new one is higher than every earlier one. */
import { expect, test } from 'vitest';
import { createLedgerActivities } from '../../../activities/ledger/index.ts';
import type { NodeConfig } from '../../../src/domain/cluster/cluster.ts';
import { type CommandDaemon, type DeclaredDaemon, declaredDaemons } from '../../../src/domain/daemon/command.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const nodes = [{ id: 'a', labels: [] }] as unknown as readonly NodeConfig[];
const declared = (digest: string): DeclaredDaemon['process'] => {
  const web: CommandDaemon = {
    id: 'web',
    command: ['serve'],
    node: 'a' as NodeId,
    labels: [],
    env: {},
    needs: [],
    readyWithinMs: 1_000,
    restart: 'always',
    stop: { signal: 'TERM', graceMs: 1_000 },
    digest,
  };
  const [one] = declaredDaemons({ nodes, daemons: [web] });
  if (one === undefined) throw new Error('the daemon has no node');
  return one.process;
};
/** The activities of a ledger worker that has the declaration of `web` with this digest. */
const worker = (digest: string) => {
  const { dependencies } = ledgerHarness();
  return {
    ...createLedgerActivities({ ...dependencies, duties: { ...dependencies.duties, processes: new Map([['web', declared(digest)]]) } }),
    processes: dependencies.ledgers.resources.daemonProcesses,
  };
};

test('a process that is open is returned again, with its declaration, also when another one is declared since', async () => {
  const { openProcess, processes } = worker('one');
  const first = await openProcess({ daemon: 'web', declaration: 'one' });
  expect(first).toMatchObject({ job: { item: 'daemon.web', epoch: 1 }, declaration: 'one' });
  expect(await openProcess({ daemon: 'web', declaration: 'one' })).toEqual(first);
  expect(processes.open(declared('two'), 2)).toEqual(first);
  expect(processes.isOpen(first.job)).toBe(true);
  expect(processes.isOpen({ ...first.job, epoch: 2 })).toBe(false);
});

test('a process after a closed one has a higher number, and a number that the node knew is passed by', async () => {
  const { openProcess, closeProcess, heldProcess } = worker('one');
  const number = async (): Promise<number> => (await openProcess({ daemon: 'web', declaration: 'one' })).job.epoch;
  expect(await number()).toBe(1);
  await closeProcess({ daemon: 'web', epoch: 1 });
  expect((await heldProcess({ daemon: 'web' })).process).toBeUndefined();
  expect(await number()).toBe(2);
  // A close that comes late, of an earlier process, leaves the newer one open.
  await closeProcess({ daemon: 'web', epoch: 1 });
  expect((await heldProcess({ daemon: 'web' })).process?.job.epoch).toBe(2);
  // The node of a restored ledger knew number 7.
  await closeProcess({ daemon: 'web', epoch: 7 });
  expect(await number()).toBe(8);
});

test('a worker with another declaration opens no process', async () => {
  const { openProcess, processes } = worker('two');
  await failureOf('daemon.not-declared', () => openProcess({ daemon: 'web', declaration: 'one' }));
  expect(processes.of('web')).toBeUndefined();
});
