import { expect, test } from 'vitest';
import { startNeedsOf } from '../../../src/domain/cluster/start-order.ts';
import { startInOrder, type Reached } from '../../../workers/launcher/child/start-in-order.ts';

const sshds = ['sshd-a', 'sshd-b'];
const table = [...sshds, 'server', 'ledger', 'gateway', 'control'].map((name) => ({ name, needs: startNeedsOf(name, sshds) }));

function withResolvers() {
  let resolve: (value?: unknown) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<unknown>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** Starts the table by hand. `begun` has the names in the order of their starts. */
function byHand(others?: ReadonlyMap<string, Reached>, mayStart = () => true) {
  const begun: string[] = [];
  const steps = new Map<string, Record<keyof Reached, (value?: unknown) => void>>();
  const start = ({ name }: { readonly name: string }): Reached | undefined => {
    if (!mayStart()) return undefined;
    begun.push(name);
    const started = withResolvers();
    const ready = withResolvers();
    const settled = withResolvers();
    void ready.promise.then(settled.resolve);
    steps.set(name, { started: started.resolve, ready: ready.resolve, settled: settled.resolve });
    return { started: started.promise, ready: ready.promise, settled: settled.promise };
  };
  const listed = others === undefined ? table : table.filter(({ name }) => !others.has(name));
  const all = startInOrder(listed, start, others);
  const reach = async (name: string, step: keyof Reached): Promise<void> => {
    steps.get(name)?.[step]();
    await new Promise((done) => setImmediate(done));
  };
  return { all, begun, reach };
}

test('processes that need nothing of each other start at the same time', async () => {
  const { all, begun, reach } = byHand();
  await reach('', 'ready');
  expect(begun).toEqual(['sshd-a', 'sshd-b', 'server']);
  await reach('server', 'started');
  expect(begun).toHaveLength(3);
  await reach('server', 'ready');
  expect(begun.slice(3)).toEqual(['ledger']);
  await reach('sshd-a', 'ready');
  expect(begun.slice(4)).toEqual([]);
  await reach('sshd-b', 'ready');
  expect(begun.slice(4)).toEqual(['gateway']);
  await reach('ledger', 'ready');
  await reach('ledger', 'started');
  expect(begun.slice(5)).toEqual([]);
  // Control loads its code while ledger and gateway become ready.
  await reach('gateway', 'started');
  expect(begun.slice(5)).toEqual(['control']);
  let isOver = false;
  void all.then(() => (isOver = true));
  for (const name of [...sshds, 'control']) {
    await reach(name, 'started');
    await reach(name, 'ready');
  }
  expect(isOver).toBe(false);
  await reach('gateway', 'ready');
  await all;
});

test('a practice node that is never ready holds back no worker for ever, and neither does a worker that cannot be started hold back control', async () => {
  const begun: string[] = [];
  const never = new Promise<unknown>(() => undefined);
  const done = Promise.resolve();
  const limited = table.map(({ name, needs }) => ({ name, needs: needs.map((need) => (need.msMax === undefined ? need : { ...need, msMax: 10 })) }));
  void startInOrder(limited, ({ name }) => {
    begun.push(name);
    if (name === 'sshd-a') return { started: done, ready: never, settled: never };
    return name === 'ledger' || name === 'gateway' ? { started: never, ready: never, settled: never } : { started: done, ready: done, settled: done };
  });
  await expect.poll(() => begun, { timeout: 10_000 }).toEqual(['sshd-a', 'sshd-b', 'server', 'ledger', 'gateway', 'control']);
});

test('the cluster starts without an sshd that has failed, and without no other process', async () => {
  const { all, begun, reach } = byHand();
  await reach('', 'ready');
  await reach('server', 'ready');
  await reach('sshd-b', 'ready');
  await reach('sshd-a', 'settled');
  expect(begun).toContain('gateway');
  for (const name of ['ledger', 'gateway']) await reach(name, 'started');
  let isOver = false;
  void all.then(() => (isOver = true));
  for (const name of ['ledger', 'gateway', 'control']) {
    expect(isOver).toBe(false);
    await reach(name, 'ready');
  }
  await expect.poll(() => isOver, { timeout: 10_000 }).toBe(true);
});

test('no limit ends the wait for the server, without which no worker works', () => {
  const unlimited = new Set(table.flatMap(({ needs }) => needs.flatMap(({ process, msMax }) => (msMax === undefined ? [process] : []))));
  expect([...unlimited]).toEqual(['server']);
});

test('the workers wait for a server that is not in the table, and its failure is the failure of the start', async () => {
  const server = withResolvers();
  const { all, begun, reach } = byHand(new Map([['server', { started: server.promise, ready: server.promise, settled: server.promise }]]));
  await reach('sshd-a', 'ready');
  expect(begun).toEqual(sshds);
  server.reject(new Error('another cluster uses the namespace'));
  await expect(all).rejects.toThrow('another cluster uses the namespace');
  expect(begun).toEqual(sshds);
});

test('nothing starts after the end of the launcher has begun', async () => {
  let isEnding = false;
  const { all, begun, reach } = byHand(undefined, () => !isEnding);
  await reach('', 'ready');
  isEnding = true;
  for (const name of begun) {
    await reach(name, 'started');
    await reach(name, 'ready');
  }
  await all;
  expect(begun).toEqual([...sshds, 'server']);
});

test('each process comes after those that it needs', () => {
  const names = table.map(({ name }) => name);
  for (const [at, { needs }] of table.entries()) for (const { process } of needs) expect(names.slice(0, at)).toContain(process);
});
