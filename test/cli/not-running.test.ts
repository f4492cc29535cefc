import { cpSync, renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { buildCli, CliHarness, fixtureReads, listenFixture } from './cli-run.ts';
import { fixtureStatus } from './fixture-cluster.ts';

const harness = new CliHarness();
beforeAll(buildCli, 60_000);
afterAll(() => harness.remove());

test('no cluster was ever started: the CLI says what to do, exit 5', async () => {
  const { code, stdout, stderr } = await harness.run('status');
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  expect(stderr).toMatch(
    /^Cannot find a cluster because none was started with the state folder .*; try ringmaster demo, or ringmaster up --file cluster\.yaml\n$/,
  );
});

test('a failure code is explained without any cluster', async () => {
  const { code, stdout } = await harness.run('explain', 'job.hang');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^failure code job\.hang\n {2}class defect\n\nMeaning\n/);
});

test('a stopped cluster: the CLI names the file to start from, exit 5', async () => {
  harness.writeCluster(await freePort(), await freePort());
  const status = await harness.run('status');
  expect(status.code).toBe(5);
  expect(status.stderr).toMatch(
    /^Cannot show demo because neither control nor the Temporal server answers; try ringmaster up --file \/tmp\/cluster\.demo\.yaml\n$/,
  );
  const list = await harness.run('job', 'list');
  expect(list.code).toBe(5);
  expect(list.stderr).toMatch(/nothing listens there: control is not running; try ringmaster status/);
}, 30_000);

test('a change without a Temporal server: the CLI shows the address, exit 5', async () => {
  harness.writeCluster(await freePort(), await freePort());
  const { code, stderr } = await harness.run('job', 'cancel', 'cf.2.self-play.7');
  expect(code).toBe(5);
  expect(stderr).toMatch(/^Cannot reach the Temporal server at 127\.0\.0\.1:\d+ because nothing listens there; try ringmaster status/);
}, 30_000);

test('the copy of a state folder: no verb reads or changes the cluster of the first folder through it, exit 2; a removed first folder refuses no verb', async () => {
  const server = await listenFixture(fixtureReads());
  harness.writeCluster(server.port, await freePort());
  const copied = `${harness.state}-copy`;
  cpSync(harness.state, copied, { recursive: true });
  for (const verb of [
    ['status'],
    ['job', 'cancel', 'cf.2.self-play.7'],
    ['job', 'list'],
    ['temporal', 'workflow', 'list'],
    ['config', 'set', 'http.port', '8790'],
  ]) {
    const { code, stderr } = await harness.run('--state', copied, ...verb);
    expect({ verb, code }).toEqual({ verb, code: 2 });
    expect(stderr).toContain(
      `because it is a copy of ${harness.state}, and its records name the processes of that cluster; try --state ${harness.state}`,
    );
  }
  expect((await harness.run('job', 'list')).code).toBe(0);
  renameSync(harness.state, `${harness.state}-away`);
  expect((await harness.run('job', 'list', '--state', copied)).code).toBe(0);
  renameSync(`${harness.state}-away`, harness.state);
  await server.close();
}, 30_000);

test('a change of a cluster file that is gone is refused, exit 2', async () => {
  const server = await listenFixture(fixtureReads());
  harness.writeCluster(server.port, await freePort());
  const { code, stderr } = await harness.run('config', 'set', 'http.port', '8790');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Cannot read the cluster file \S+ because \S+ is not there; try/);
  await server.close();
}, 30_000);

test('old numbers are marked as old, exit 6', async () => {
  const server = await listenFixture({ status: () => fixtureStatus(Date.now() - 120_000) });
  harness.writeCluster(server.port, await freePort());
  const { code, stdout } = await harness.run('status');
  await server.close();
  expect(code).toBe(6);
  expect(stdout).toMatch(/read (1m59s|2m\d\ds) ago/);
  expect(stdout).toContain('These numbers are old');
});

test('a failing read model does not crash the CLI: exit 6 with its message', async () => {
  const { RingmasterError } = await import('../../src/domain/failure/error.ts');
  const server = await listenFixture({
    ...fixtureReads(),
    status: () => {
      throw new RingmasterError('ledger.busy', { cannot: 'read the queue', because: 'it is locked', hint: { say: 'again' } });
    },
  });
  harness.writeCluster(server.port, await freePort());
  const { code, stderr } = await harness.run('status');
  await server.close();
  expect({ code, stderr }).toEqual({ code: 6, stderr: 'Cannot read the queue because it is locked; try again\n' });
});

test('--state takes precedence over the environment; without both, the last started cluster is found', async () => {
  const server = await listenFixture();
  const other = new CliHarness();
  other.writeCluster(server.port, await freePort());
  expect((await harness.run('node', 'list', '--state', other.state)).code).toBe(0);
  const { mkdirSync, writeFileSync } = await import('node:fs');
  mkdirSync(`${harness.folder}/xdg/ringmaster`, { recursive: true });
  writeFileSync(`${harness.folder}/xdg/ringmaster/current`, `${other.state}\n`);
  const found = await harness.start(['node', 'list'], { env: { RINGMASTER_STATE: '' } }).done;
  expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 0, stderr: '' });
  await server.close();
  other.remove();
});
