/**
 * Changes of the configuration while the cluster runs, by `ringmaster config`: what is shown before, which processes are restarted, what a refused change
 * leaves as it was, and the way back.
 */
import { lstatSync, writeFileSync, readFileSync, renameSync, statSync, chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandResult, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { listenHere } from '../support/listen-here.ts';

let cluster: LiveCluster;
let first: string;
beforeAll(async () => {
  cluster = await makeCluster({ pipelines: [toyPipeline({ selfPlay: 200, train: 200, evaluate: 100 })] });
  // The file of an operator can be a link into a repository, with rights of its own.
  const real = join(cluster.folder, 'real.yaml');
  renameSync(cluster.file, real);
  symlinkSync(real, cluster.file);
  chmodSync(real, 0o640);
  first = readFileSync(real, 'utf8');
  await cluster.up();
}, 120_000);
afterAll(() => cluster.destroy());

const config = (...args: string[]): Promise<CommandResult> => cluster.cli('config', ...args);
const text = (): string => readFileSync(cluster.file, 'utf8');
const names = ['launcher', 'server', 'ledger', 'gateway', 'control'] as const;
const pids = (): Readonly<Record<string, number>> =>
  Object.fromEntries(names.filter((name) => name !== 'launcher').map((name) => [name, cluster.pid(name)]));
interface History {
  readonly configs: readonly {
    readonly configEpoch: number;
    readonly actor: string;
    readonly changes: readonly string[];
    readonly isPresent: boolean;
  }[];
}
const history = async (): Promise<History['configs']> => (JSON.parse((await config('history', '-o', 'json')).stdout) as History).configs;

it('the first configuration is kept as it was', async () => {
  expect(await history()).toMatchObject([{ configEpoch: 1, changes: [], isPresent: true, actor: expect.stringContaining('@') as string }]);
  expect((await config('show')).stdout).toBe(first.endsWith('\n') ? first : `${first}\n`);
});

it('a plan shows the changes and the restarts, and changes nothing', async () => {
  const before = pids();
  const { code, stdout } = await config('set', 'pipelines.toy.games.perTurn', '120', '--plan');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^The cluster file has changed:\n {2}pipelines\.toy\.\S+: \d+ is now 120\nRestarts: control\. Jobs on nodes go on\.\n$/,
    ) as string,
  });
  expect([text(), pids(), (await history()).length]).toEqual([first, before, 1]);
});

it('a value is set while all runs: only the process that reads it is restarted, and the rest of the file stays', async () => {
  const before = pids();
  const { code, stderr } = await config('set', 'pipelines.toy.games.perTurn', '120');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining('Configuration 2 holds. `ringmaster config rollback 1` takes the change back.') as string,
  });
  expect(text()).toBe(first.replace('perTurn: 60', 'perTurn: 120'));
  expect([lstatSync(cluster.file).isSymbolicLink(), statSync(cluster.file).mode & 0o777]).toEqual([true, 0o640]);
  const { control, ...others } = pids();
  expect(others).toEqual({ server: before['server'], ledger: before['ledger'], gateway: before['gateway'] });
  expect(control).not.toBe(before['control']);
  expect(await history()).toMatchObject([
    { configEpoch: 1 },
    { configEpoch: 2, isPresent: true, changes: [expect.stringMatching(/^pipelines\.toy\./) as string] },
  ]);
}, 90_000);

it('a change with faults names all of them and changes nothing', async () => {
  const before = text();
  const { code, stdout } = await config('set', 'pipelines.toy.gate', '{ pairsMax: -1, colour: red }');
  expect(code).toBe(2);
  expect(stdout).toMatch(/pairsMax/);
  expect(stdout).toMatch(/colour/);
  expect(stdout).toMatch(/is as it was\.$/m);
  expect([text(), (await history()).length]).toEqual([before, 2]);
  expect((await config('set', 'pipelines.tay.games', '1')).stderr).toContain('pipelines has no entry tay; try toy');
  expect((await config('rollback', '77')).stderr).toContain('it is not kept; try one of 1 to 2');
});

it('a change that the cluster refuses is taken out of the file again', async () => {
  const before = text();
  const port = await listenHere((socket) => socket.destroy());
  const { code, stderr } = await config('set', 'http.port', String(port));
  expect(code).not.toBe(0);
  expect(stderr).toContain(`port ${port}`);
  expect(stderr).toMatch(/is as it was\.$/m);
  expect([text(), (await history()).length]).toEqual([before, 2]);
});

it('a rollback keeps edits that the cluster has not taken, and apply takes them', async () => {
  const taken = text();
  writeFileSync(cluster.file, `${taken}# a note of an operator\n`);
  const refused = await config('rollback', '1');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has changes that the cluster has not taken, and they would be lost') as string,
  });
  expect(text()).toBe(`${taken}# a note of an operator\n`);
  // The advice of the refusal: the note is kept with the configuration.
  expect((await cluster.cli('apply', '--file', cluster.file)).code).toBe(0);
  expect((await config('show')).stdout).toBe(`${taken}# a note of an operator\n`);
  writeFileSync(cluster.file, taken);
  expect((await cluster.cli('apply', '--file', cluster.file)).code).toBe(0);
});

it('a value of a variable is in no output', async () => {
  const { code, stdout, stderr } = await config('set', 'pipelines.toy.train.env.API_KEY', 'sesame-open', '--plan', '-o', 'json');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: expect.stringContaining('"path": "pipelines.toy.train.env.API_KEY"') as string,
    stderr: '',
  });
  expect(stdout).not.toContain('sesame-open');
});

it('a change can be written now and taken later', async () => {
  const taken = text();
  const { code, stderr } = await config('set', 'pipelines.toy.exploration', '0.2', '--no-apply');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'The file is changed. `ringmaster apply` takes it.\n' });
  expect((await history()).length).toBe(2);
  const planned = await cluster.cli('apply', '--file', cluster.file, '--plan');
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('pipelines.toy.exploration: 0.1 is now 0.2') as string });
  writeFileSync(cluster.file, taken);
});

it('a rollback writes the earlier file back, byte for byte, and is an entry of the history', async () => {
  expect((await config('rollback', '1')).code).toBe(0);
  expect(text()).toBe(first);
  expect((await history()).map(({ configEpoch, isPresent }) => [configEpoch, isPresent])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
  await cluster.until('both changes are events', 30, async () => {
    const { stdout } = await cluster.cli('event', 'list', '--type', 'CONFIG_UPDATED', '-o', 'json');
    return (
      (JSON.parse(stdout) as { events: readonly { payload: { configEpoch: number } }[] }).events.map(({ payload }) => payload.configEpoch).join() ===
      '2,3'
    );
  });
}, 90_000);

it('a change is taken while the launcher is gone: its processes are adopted, and only the one that reads the value is restarted', async () => {
  const { control, ...before } = pids();
  const launcher = cluster.pid('launcher');
  process.kill(launcher, 'SIGKILL');
  const { code, stderr } = await config('set', 'pipelines.toy.games.perTurn', '125');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Configuration 4 holds.') as string });
  const { control: after, ...others } = pids();
  expect([others, after === control, cluster.pid('launcher') === launcher]).toEqual([before, false, false]);
  expect((await history()).map(({ isPresent }) => isPresent)).toEqual([false, false, false, true]);
}, 90_000);

it('a cluster that does not run takes the change at its next start', async () => {
  expect((await cluster.cli('down')).code).toBe(0);
  const { code, stderr } = await config('set', 'pipelines.toy.games.perTurn', '130');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('the next `ringmaster up` takes it') as string });
  expect(text()).toBe(first.replace('perTurn: 60', 'perTurn: 130'));
}, 90_000);
