import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { buildCli, CliHarness } from './cli-run.ts';
import { startTemporal, type TemporalHere } from './temporal-here.ts';

const harness = new CliHarness();
let temporal: TemporalHere;
let folder = '';

beforeAll(async () => {
  buildCli();
  temporal = await startTemporal();
}, 60_000);
afterAll(async () => {
  await (temporal as TemporalHere | undefined)?.stop();
  harness.remove();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-demo-'));
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await temporal.client.workflow
      .getHandle('pipeline/connect-four')
      .terminate()
      .catch(() => undefined);
  };
});

const start = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  harness.start(['demo', ...args], {
    script: 'test/cli/demo-scripted.mjs',
    env: {
      STATE: join(folder, 'state'),
      DOWN_LOG: join(folder, 'down'),
      HTTP_PORT: String(await freePort()),
      TEMPORAL_PORT: String(temporal.port),
      BY_LOOKS: '1',
      ...env,
    },
  });

test('the demo requests its turns, plants one fault, shows its repair, and prints a summary', async () => {
  const { done } = await start(['--stop']);
  const { code, stdout, stderr } = await done;
  expect({ code, stderr: stderr.includes('Cannot') }).toEqual({ code: 0, stderr: false });
  const order = [
    'node a is alive: probed in 3 ms',
    'promoted: connect-four.1',
    'turn 2: self-play',
    '! fault planted: killed pid 4001 of job cf.2.self-play.5/1 on c',
    'noticed after',
    'tried again as epoch 2 on c',
    'repaired: cf.2.self-play.5/2 completed on c',
    'promoted: connect-four.2',
    'turn 2 is over',
    '2 turns in',
    'turn 1: connect-four.1 promoted, +90 Elo',
    'SPRT 3.10 in [-2.94, 2.94] after 40 pairs',
    'the planted fault cost',
  ];
  let at = 0;
  for (const part of order) {
    const found = stdout.indexOf(part, at);
    expect(found, `${part} after ${stdout.slice(0, at)}`).toBeGreaterThanOrEqual(0);
    at = found;
  }
  expect(stdout.match(/fault planted/g)).toHaveLength(1);
  expect(stdout).not.toContain('\u001B');
  expect(readFileSync(join(folder, 'down'), 'utf8')).toBe('begin\nend\n');
  const { input } = { input: await temporal.client.workflow.getHandle('pipeline/connect-four').describe() };
  expect(input.type).toBe('pipeline');
}, 60_000);

test('Ctrl-C stops everything once, even when pressed twice, and the demo exits with 130', async () => {
  const { child, done } = await start([]);
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  child.kill('SIGINT');
  await expect.poll(() => existsSync(join(folder, 'down')), { timeout: 5_000 }).toBe(true);
  child.kill('SIGINT');
  await sleep(50);
  child.kill('SIGTERM');
  const { code, stderr } = await done;
  expect(code).toBe(130);
  expect(stderr).toContain('Still stopping');
  expect(stderr).toContain('Stopped control');
  expect(readFileSync(join(folder, 'down'), 'utf8')).toBe('begin\nend\n');
}, 60_000);

test('a pipeline without progress: the demo ends at its limit with exit 6 and says where to look; the cluster keeps running', async () => {
  const { code, stderr, stdout } = await (await start(['--limit', '3', '--no-fault'], { STUCK: '1' })).done;
  expect(code).toBe(6);
  expect(stderr).toMatch(/Not finished within 3 s: stage self-play\. Look at `bin\/ringmaster explain connect-four` and .*\/state\/logs/);
  expect(stdout).toContain('bin/ringmaster down');
  expect(existsSync(join(folder, 'down'))).toBe(false);
}, 60_000);
