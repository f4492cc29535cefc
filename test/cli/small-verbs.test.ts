/** The verbs that need no cluster: `check` and `--version`. Also which cluster a verb finds after a purge, and how wide a table is. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/cli/context/context.ts';
import { findRunningCluster, rememberState, stateFolder } from '../../src/cli/context/find-cluster.ts';
import { colourOf } from '../../src/cli/render/colour.ts';
import { table } from '../../src/cli/render/table.ts';
import { downCommand } from '../../src/domain/cluster/own-command.ts';
import { changeText, configChanges } from '../../src/domain/cluster/config-changes.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { configDigest } from '../../workers/launcher/child/config-of-process.ts';
import { buildCli, CliHarness } from './cli-run.ts';
import { fixtureRunning } from './fixture-cluster.ts';

const harness = new CliHarness();
beforeAll(buildCli, 60_000);
afterAll(() => harness.remove());

const good = 'cluster: lab\nnodes:\n  - { id: here, local: true, slots: 2 }\n';
const write = (text: string): void => writeFileSync(join(harness.folder, 'lab.yaml'), text);

describe('check', () => {
  test('of a good file says so and starts nothing, as a plain word or as --file', async () => {
    write(good);
    for (const words of [
      ['check', 'lab.yaml'],
      ['check', '--file', 'lab.yaml'],
    ]) {
      const { code, stdout } = await harness.run(...words);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/lab\.yaml is good: cluster lab, 1 node, 0 pipelines, state in/) as string,
      });
    }
  }, 30_000);

  test('of a file with faults lists all of them with their codes, exit 2', async () => {
    write(`${good}slotz: 1\nlimits: { lostAfter: 1s }\n`);
    const { code, stdout } = await harness.run('check', 'lab.yaml');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^lab\.yaml:4: slotz: is not a key here/m);
    expect(stdout).toMatch(/^lab\.yaml:5: limits\.lostAfter: /m);
    const json = JSON.parse((await harness.run('check', 'lab.yaml', '-o', 'json')).stdout) as { faults: { code: string }[] };
    expect(json.faults.map((fault) => fault.code)).toEqual(['config.invalid', 'config.invalid']);
  }, 30_000);

  test('names each entry of a payload that no node would get, with the rule and the line, exit 2', async () => {
    const payload = join(harness.folder, 'payload');
    mkdirSync(payload);
    writeFileSync(join(payload, 'play'), '');
    const stage = `{ command: ['{payload}/play'], run: 5m, silent: 30s }`;
    const stages = ['selfPlay', 'train', 'evaluate'].map((key) => `    ${key}: ${stage}\n`).join('');
    const numbers = 'games: { perTurn: 60, perItem: 60, windowTurns: 3 }';
    write(`${good}pipelines:\n  - name: lab\n    payload: ./payload\n    ${numbers}\n${stages}`);
    expect(await harness.run('check', 'lab.yaml')).toMatchObject({ code: 0 });
    symlinkSync('/etc/hostname', join(payload, 'host'));
    symlinkSync('../outside', join(payload, 'out'));
    const { code, stdout } = await harness.run('check', 'lab.yaml');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^lab\.yaml:6: pipelines\[0\]\.payload: \S+\/payload cannot be carried to a node: host is a symbolic link to the absolute path \/etc\/hostname; out is a symbolic link to \.\.\/outside, which leads out of the folder; try a copy of the file in place of the link/m,
    );
    const json = JSON.parse((await harness.run('check', 'lab.yaml', '-o', 'json')).stdout) as { faults: { code: string }[] };
    expect(json.faults.map((fault) => fault.code)).toEqual(['sync.tree-refused']);
    for (const name of ['host', 'out']) rmSync(join(payload, name));
    writeFileSync(join(payload, 'host'), 'a copy');
    expect(await harness.run('check', 'lab.yaml')).toMatchObject({ code: 0 });
  }, 30_000);

  test('refuses two different files, and a file that is not there, exit 2', async () => {
    expect((await harness.run('check', 'lab.yaml', '--file', 'other.yaml')).code).toBe(2);
    expect(await harness.run('check', 'nothing.yaml')).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no such file/) as string });
    expect(await harness.run('up', 'nothing.yaml')).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no such file/) as string });
  }, 30_000);

  test('refuses a pipe and a device at once, and finds bytes that are no UTF-8, exit 2', async () => {
    execFileSync('mkfifo', [join(harness.folder, 'pipe')]);
    for (const path of ['pipe', '/dev/full'])
      expect(await harness.run('check', path)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/it is a (pipe|device), and not a file/) as string,
      });
    writeFileSync(join(harness.folder, 'latin.yaml'), Buffer.from('cluster: demo # K\xf6ln\nnodes: [{ id: a, local: true }]\n', 'latin1'));
    expect(await harness.run('check', 'latin.yaml')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('has bytes that are not UTF-8') as string,
    });
  }, 30_000);
});

test('--version prints a version', async () => {
  expect(await harness.run('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
});

test('after a purge, a verb finds the cluster that was started before', () => {
  const env = { XDG_STATE_HOME: join(harness.folder, 'pointer') };
  const context = { env, say: () => undefined, stateOption: undefined };
  const [old, fresh] = ['old', 'fresh'].map((name) => join(harness.folder, name)) as [string, string];
  for (const state of [old, fresh]) {
    mkdirSync(join(state, 'run'), { recursive: true });
    writeFileSync(join(state, 'run', 'cluster.json'), '{}');
    rememberState(state, context);
  }
  expect(stateFolder(context)).toBe(fresh);
  rmSync(fresh, { recursive: true });
  expect(stateFolder(context)).toBe(old);
});

test('of two clusters that run, `down` guesses none; of one that runs and one that does not, it means the newest', async () => {
  const env = { XDG_STATE_HOME: join(harness.folder, 'running') };
  const [old, fresh] = ['runs-1', 'runs-2'].map((name) => join(harness.folder, name)) as [string, string];
  for (const state of [old, fresh]) {
    mkdirSync(join(state, 'run'), { recursive: true });
    writeFileSync(join(state, 'run', 'cluster.json'), JSON.stringify(fixtureRunning(state, 1, 2)));
    rememberState(state, { env, say: () => undefined });
  }
  const meant = (running: readonly string[], stateOption?: string) => {
    const look = async ({ state }: { readonly state: string }) => ({ launcher: running.includes(state) ? 'replies' : 'absent', processes: [] });
    const context = { env, stateOption, launcher: { look } } as unknown as Context;
    return findRunningCluster(context, 'choose the cluster to stop', downCommand).then(({ state }) => state);
  };
  await expect(meant([old, fresh])).rejects.toMatchObject({
    exit: 'usage',
    message: 'Cannot choose the cluster to stop because 2 clusters of this login run, and none of them is named',
    hint: { say: `ringmaster down --state ${fresh} (cluster demo), or ringmaster down --state ${old} (cluster demo)` },
  });
  expect([await meant([old, fresh], old), await meant([old]), await meant([])]).toEqual([old, fresh, fresh]);
});

test('a verb that removes or replaces data guesses no cluster: with two, and after the newest was removed, the cluster must be named', async () => {
  const own = { RINGMASTER_STATE: '', XDG_STATE_HOME: join(harness.folder, 'two') };
  const [old, fresh] = ['first', 'second'].map((name) => join(harness.folder, name)) as [string, string];
  for (const state of [old, fresh]) {
    mkdirSync(join(state, 'run'), { recursive: true });
    const running = fixtureRunning(state, 1, 2);
    writeFileSync(join(state, 'run', 'cluster.json'), JSON.stringify({ ...running, config: { ...running.config, nodes: [] } }));
    rememberState(state, { env: own, say: () => undefined });
  }
  const run = (...args: string[]) => harness.start(args, { env: own }).done;
  const named = (verb: string, state: string): string => `ringmaster ${verb} --state ${state} (cluster demo)`;
  for (const [args, verb] of [
    [['down', '--purge'], 'down --purge'],
    [['ledger', 'restore', 'work_queue'], 'ledger restore work_queue'],
  ] as const) {
    const { code, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        `because this login has 2 clusters, and none of them is named; try ${named(verb, fresh)}, or ${named(verb, old)}`,
      ) as string,
    });
  }
  const file = join(harness.folder, 'second.yaml');
  const record = join(fresh, 'run', 'cluster.json');
  writeFileSync(record, JSON.stringify({ ...(JSON.parse(readFileSync(record, 'utf8')) as object), source: file }));
  expect(await run('down', 'other.yaml', '--purge')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'because this login has started no cluster from that file; try the state folder of the cluster: --state FOLDER',
    ) as string,
  });
  expect((await run('down', 'second.yaml', '--purge', '--state', old)).code).toBe(2);
  expect(await run('down', 'second.yaml', '--purge')).toMatchObject({ code: 0 });
  expect([existsSync(old), existsSync(fresh)]).toEqual([true, false]);
  expect(await run('down', '--purge')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /because the cluster that was started last, in \S+second, is removed already, .*; try ringmaster down --purge --state \S+first/,
    ) as string,
  });
  expect(existsSync(old)).toBe(true);
  rememberState(old, { env: own, say: () => undefined });
  expect(await run('down', '--purge')).toMatchObject({ code: 0 });
  expect(existsSync(old)).toBe(false);
}, 60_000);

test('the last column of a table fills the terminal, and is whole without one', () => {
  const columns = [{ head: 'A' }, { head: 'DETAIL', fits: true }];
  const detail = 'x'.repeat(200);
  const plain = colourOf(false);
  expect(table(columns, [['a', detail]], plain, 80)[1]).toBe(`a  ${'x'.repeat(76)}…`);
  expect(table(columns, [['a', detail]], plain, undefined)[1]).toBe(`a  ${detail}`);
});

describe('a changed configuration', () => {
  const before = {
    nodes: [
      { id: 'a', slots: 1 },
      { id: 'b', slots: 1 },
    ],
    pipelines: [{ name: 'cf', gate: { pairsMax: 200 }, train: { env: { KEY: 'one' }, command: ['a', 'db://me:p4ss@one'] } }],
  };
  const after = {
    nodes: [
      { id: 'a', slots: 2 },
      { id: 'c', slots: 1 },
    ],
    pipelines: [{ name: 'cf', gate: { pairsMax: 400 }, train: { env: { KEY: 'two' }, command: ['a', 'db://me:w0rd@two'] } }],
  };

  test('is shown by place, and the values of variables and the passwords of URLs are not', () => {
    expect(configChanges(before, after).map(changeText)).toEqual([
      'nodes.a.slots: 1 is now 2',
      'nodes.c: new',
      'nodes.b: removed',
      'pipelines.cf.gate.pairsMax: 200 is now 400',
      'pipelines.cf.train.env.KEY: another value is now another value',
      'pipelines.cf.train.command: ["a","db://me:…@one"] is now ["a","db://me:…@two"]',
    ]);
    expect(configChanges(before, before)).toEqual([]);
  });

  test('of the first entry that comes and of the last that goes is shown by its name', () => {
    const none = { ...before, pipelines: [] };
    expect(configChanges(before, none).map(changeText)).toEqual(['pipelines.cf: removed']);
    expect(configChanges(none, before).map(changeText)).toEqual(['pipelines.cf: new']);
    expect(configChanges({ labels: [] }, { labels: ['gpu'] }).map(changeText)).toEqual(['labels: [] is now ["gpu"]']);
  });

  test('is shown when only the order of its entries is another', () => {
    const [first, second] = before.nodes;
    const other = { ...before, nodes: [second, first] };
    expect(configChanges(before, other)).toEqual([{ path: 'nodes', before: before.nodes, after: other.nodes }]);
  });

  test('restarts only the processes that read it', () => {
    const running = fixtureRunning('/state', 1, 2);
    const restartedBy = (change: object): readonly string[] =>
      ['ledger', 'gateway', 'control'].filter(
        (name) => configDigest(name, running) !== configDigest(name, { ...running, config: { ...running.config, ...change } }),
      );
    const [pipeline] = running.config.pipelines;
    expect(restartedBy({})).toEqual([]);
    expect(restartedBy({ pipelines: [{ ...pipeline, gamesPerTurn: 7, gate: {} }] })).toEqual(['control']);
    expect(restartedBy({ pipelines: [{ ...pipeline, payload: '/elsewhere' }] })).toEqual(['gateway', 'control']);
    expect(restartedBy({ sweepIntervalMs: 7 })).toEqual(['gateway']);
    expect(restartedBy({ http: { host: '127.0.0.1', port: 7 } })).toEqual(['control']);
    expect(restartedBy({ nodes: [] })).toEqual(['gateway', 'control']);
    expect(restartedBy({ temporal: {} })).toEqual(['ledger', 'gateway', 'control']);
    const practice = (connect: object, port = 1) =>
      ({ ...running, config: { ...running.config, nodes: [{ id: 'a', practice: { port }, folder: 'x', connect }] } }) as unknown as RunningCluster;
    const [planned, filledIn] = [practice({ type: 'local' }), practice({ type: 'ssh', host: '127.0.0.1' })];
    expect(configDigest('gateway', filledIn)).toBe(configDigest('gateway', planned));
    expect(configDigest('gateway', practice({ type: 'local' }, 2))).not.toBe(configDigest('gateway', planned));
    expect(restartedBy({ aKeyOfTomorrow: 1 })).toEqual(['ledger', 'gateway', 'control']);
  });
});
