/**
 * The user's own programs as daemons on real nodes. They outlive every process of ours and are adopted, none is started twice, and `down` ends them. Each
 * program writes a line at its start into a folder that all users can write, so the test counts the starts.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { DaemonView } from '../../src/domain/daemon/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { isAlive } from '../support/processes.ts';

const notes = mkdtempSync(join(tmpdir(), 'rm-daemons-'));
chmodSync(notes, 0o777);
/** Notes its start and the signal that ends it, and renews a file while it lives. */
const program = `
  umask 0; echo $$ >>"$NOTES/$NAME.starts"; echo "$NAME starts" >&2
  trap 'echo INT >>"$NOTES/$NAME.ends"; exit 0' INT
  trap 'echo TERM >>"$NOTES/$NAME.ends"; exit 0' TERM
  while :; do [ -e "$NOTES/$NAME.stale" ] || date >heartbeat; sleep 0.2; done`;
const entry = (id: string, more: Readonly<Record<string, unknown>>) => ({
  id,
  command: ['sh', '-c', program],
  env: { NOTES: notes, NAME: id },
  ...more,
});
const web = entry('web', { node: 'b', stopSignal: 'INT', health: { file: 'heartbeat', fresh: '3s', every: '1s', within: '1s', silent: 2 } });
const each = { id: 'each', labels: ['any'], command: ['sh', '-c', 'exec sleep 600'], needs: ['web'] };

let cluster: LiveCluster;
let client: Client;
beforeAll(async () => {
  const nodes = (await labelledNodes(2)).slice(0, 2).map((node) => ({ ...node, labels: ['any'] }));
  cluster = await makeCluster({ nodes, daemons: [web, each] });
  await cluster.up();
  client = new Client({ connection: await Connection.connect({ address: (await cluster.status()).temporalAddress }) });
});
afterAll(async () => {
  await (client as Client | undefined)?.connection.close();
  await (cluster as LiveCluster | undefined)?.destroy();
  rmSync(notes, { recursive: true });
});

const pidsIn = (name: string): readonly number[] =>
  existsSync(join(notes, name)) ? readFileSync(join(notes, name), 'utf8').trim().split('\n').map(Number) : [];
const starts = (): readonly number[] => pidsIn('web.starts');
const living = (): readonly number[] => starts().filter(isAlive);
const becomes = async (id: string, state: DaemonView['state'], seen: (daemon: DaemonView) => boolean = () => true): Promise<DaemonView> =>
  cluster.until(`${id} is ${state}`, 90, ({ daemons }) => daemons.find((one) => one.id === id && one.state === state && seen(one)));
/** Changes the daemons of the cluster file, and runs `up`. */
const declare = async (daemons: readonly object[]): Promise<void> => {
  const file = parse(readFileSync(cluster.file, 'utf8')) as object;
  writeFileSync(cluster.file, stringify({ ...file, daemons }));
  await cluster.up();
};
const endsOf = (): string => readFileSync(join(notes, 'web.ends'), 'utf8');

it('the programs run on their nodes, one on each node that has the label, and their log can be read', async () => {
  await becomes('web', 'running');
  for (const id of ['each/a', 'each/b']) await becomes(id, 'running');
  expect(starts()).toHaveLength(1);
  expect((await cluster.cli('daemon', 'logs', 'web')).stdout).toBe('web starts\n');
  expect((await cluster.cli('daemon', 'show', 'each/a')).stdout).toContain('runs sh on a');
  expect((await cluster.cli('daemon', 'logs', 'EVENT_ROUTER')).stderr).toContain('it is built in and has no program of its own');
});

it.each(['control', 'ledger', 'gateway', 'server'])('the program outlives the death of %s, and is adopted', async (name) => {
  const before = cluster.pid(name);
  process.kill(before, 'SIGKILL');
  await eventually(`${name} runs again`, async () => cluster.pid(name) !== before && isAlive(cluster.pid(name)), { limitMs: 90_000 });
  const killedAtMs = Date.now();
  await cluster.until('the nodes are looked at again', 90, ({ readAtMs, daemons }) =>
    daemons.some(
      ({ id, state, health }) => id === 'CLUSTER_MONITOR' && state === 'running' && (health?.atMs ?? 0) > killedAtMs && readAtMs > killedAtMs,
    ),
  );
  await becomes('web', 'running');
  expect(starts()).toHaveLength(1);
  expect(living()).toEqual(starts());
});

it('the program outlives its workflow and the manager of the daemons, and is adopted', async () => {
  for (const id of ['daemon/web', 'daemon-manager']) {
    const { runId } = await client.workflow.getHandle(id).describe();
    await client.workflow.getHandle(id).terminate('one click');
    await eventually(
      `${id} runs again`,
      async () => {
        const found = await client.workflow.getHandle(id).describe();
        return found.runId !== runId && found.status.name === 'RUNNING';
      },
      { limitMs: 60_000 },
    );
  }
  await cluster.cli('daemon', 'start', 'web');
  await becomes('web', 'running');
  expect(starts()).toHaveLength(1);
  expect(living()).toHaveLength(1);
});

it('a program on a node that does not answer is degraded, says so, and is adopted when the node is back', async () => {
  const thaw = await cluster.cutOff('b');
  const { because } = await becomes('web', 'degraded');
  expect(because).toContain('node b does not answer, and its process may run');
  thaw();
  await becomes('web', 'running');
  expect(starts()).toHaveLength(1);
  expect(living()).toHaveLength(1);
});

it('a program that is killed starts again, and the failure is named', async () => {
  process.kill(living()[0] ?? 0, 'SIGKILL');
  await eventually('it has started again', () => starts().length === 2, { limitMs: 60_000 });
  const { failure, restarts } = await becomes('web', 'running');
  expect({ restarts, kind: failure?.kind, code: failure?.record.code }).toEqual({ restarts: 1, kind: 'exited', code: 'daemon.exited' });
  expect(failure?.record.message).toContain('its program was ended by signal 9');
  expect((await cluster.cli('event', 'list', '--about', 'daemon:web')).stdout).toContain('its program was ended by signal 9');
});

it('a program whose file is stale hangs: it is ended and started again', async () => {
  writeFileSync(join(notes, 'web.stale'), '');
  await eventually('it has started again', () => starts().length === 3, { limitMs: 60_000 });
  rmSync(join(notes, 'web.stale'));
  const { failure } = await becomes('web', 'running');
  expect({ kind: failure?.kind, code: failure?.record.code }).toEqual({ kind: 'hung', code: 'daemon.hangs' });
  expect(living()).toHaveLength(1);
});

it('a stop ends the program with its own signal, and holds until a start; the daemons that need it wait', async () => {
  rmSync(join(notes, 'web.ends'), { force: true });
  await cluster.cli('daemon', 'stop', 'web', '--reason', 'a test');
  await becomes('web', 'stopped');
  expect(living()).toEqual([]);
  expect(endsOf()).toBe('INT\n');
  for (const id of ['each/a', 'each/b']) await becomes(id, 'waiting');
  const { stdout } = await cluster.cli('daemon', 'start', 'each');
  expect(stdout).toContain('web starts, because a named one needs it');
  for (const id of ['web', 'each/a', 'each/b']) await becomes(id, 'running');
  expect(living()).toHaveLength(1);
});

it('another declaration replaces the program, and a daemon that leaves the cluster file is ended', async () => {
  const before = starts().length;
  await declare([{ ...web, env: { ...web.env, MORE: '1' } }, each]);
  await eventually('it has started again', () => starts().length === before + 1, { limitMs: 60_000 });
  await becomes('web', 'running');
  expect(living()).toHaveLength(1);
  await declare([{ ...each, needs: [] }]);
  await cluster.until('web is gone', 90, ({ daemons }) => daemons.every(({ id }) => id !== 'web'));
  expect(living()).toEqual([]);
  for (const id of ['each/a', 'each/b']) await becomes(id, 'running');
});

it('down ends the program with its own signal, and the next up starts it again', async () => {
  await declare([web, each]);
  await becomes('web', 'running');
  const before = starts().length;
  rmSync(join(notes, 'web.ends'), { force: true });
  expect((await cluster.cli('down', '--state', cluster.state)).code).toBe(0);
  expect(living()).toEqual([]);
  expect(cluster.marks()).toEqual([]);
  expect(endsOf()).toBe('INT\n');
  await cluster.up();
  await eventually('it has started again', () => starts().length === before + 1, { limitMs: 60_000 });
  await becomes('web', 'running', ({ restarts }) => restarts === 0);
  expect(living()).toHaveLength(1);
});
