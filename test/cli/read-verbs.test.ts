import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { repository } from '../support/repository.ts';
import { withFixture } from './with-fixture.ts';

const harness = withFixture();
const { run } = harness;

describe('status', () => {
  test('prints an aligned table, without colours off a terminal, and without foreign escape sequences', async () => {
    const { code, stdout, stderr } = await run('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toMatch(/^demo · read \d+(\.\d)?s ago · Temporal 127\.0\.0\.1:17233/);
    expect(stdout).toMatch(/^NODE {2}STATE {4}FOR {4}SEEN {2}JOBS {2}SLOTS {2}ROUTE/m);
    expect(stdout).toMatch(/^b {5}suspect {2}\d+(\.\d)?s +\d+(\.\d)?s +0 {6}2 {2}gateway {3}- {7}no answer for 6 s$/m);
    expect(stdout).toMatch(/^pending 3 · claimed 1 · running 2 · completed 41$/m);
    expect(stdout).toContain('why: ringmaster explain cf.2.self-play.7');
  });

  test('json and yaml have the same data, with the age', async () => {
    const json = await run('status', '-o', 'json');
    const yaml = await run('status', '-o', 'yaml');
    const value = JSON.parse(json.stdout) as { ageMs: number; nodes: unknown[]; queue: unknown; readAtMs: number };
    expect(value.ageMs).toBeGreaterThanOrEqual(0);
    expect(value.nodes).toHaveLength(3);
    expect((parse(yaml.stdout) as typeof value).queue).toEqual(value.queue);
    expect((parse(yaml.stdout) as typeof value).nodes).toHaveLength(3);
  });

  test('wide adds evidence, syncs and models', async () => {
    const { stdout } = await run('status', '-o', 'wide');
    expect(stdout).toContain('games-connect-four@a');
    expect(stdout).toContain('1.4 MiB');
    expect(stdout).toContain('ab'.repeat(32));
  });

  test('--watch -o json is one object a line', async () => {
    const { code, stdout } = await run('status', '--watch', '-o', 'json', '--interval', '0.1', '--times', '3');
    const lines = stdout.trim().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => (JSON.parse(line) as { cluster: string }).cluster)).toEqual(['demo', 'demo', 'demo']);
  });

  test('a closed pipe is not a failure', async () => {
    const { child, done } = harness.start(['status', '--watch', '-o', 'json', '--interval', '0.1', '--times', '20']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('an output that cannot be written is a failure with a sentence', async () => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await harness.start(['status'], { stdout: full }).done;
    closeSync(full);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Cannot write the output because ENOSPC: no space left on device, write; try writing it to another place/),
    });
  });
});

describe('nouns', () => {
  test.each([
    [['node', 'list'], /^c {5}alive.*gpu/m],
    [['node', 'show', 'b'], /cf\.2\.self-play\.7\/1 .*job\.killed/],
    [['job', 'list'], /^cf\.2\.self-play\.7\/2 +self-play +c +running +\d[\d.]*s +\d[\d.]*s +3\/20$/m],
    [['job', 'list', '--failed'], /^cf\.2\.self-play\.7\/1 .*job\.killed$/m],
    [['job', 'show', 'cf.2.self-play.7'], /\/2 +self-play +c/],
    [['job', 'show', 'cf.2.self-play.7/1'], /because exit code 137/],
    [['daemon', 'logs', 'EVENT_ROUTER', '--stream', 'stdout'], /^stdout of EVENT_ROUTER\n$/],
    [['job', 'logs', 'cf.2.self-play.7/1'], /^stderr of cf\.2\.self-play\.7\/1\n$/],
    [['job', 'logs', 'cf.2.self-play.7/1', '--stream', 'stdout'], /^stdout of/],
    [['queue', 'list', '--only', 'running'], /cf\.2\.self-play\.7 .* 1\/3 /],
    [['queue', 'show', 'cf.2.self-play.7'], /#1 on b at/],
    [['pipeline', 'list'], /connect-four +2 +self-play .* 84 +1 +200 +80 of 120 games/],
    [['pipeline', 'show', 'connect-four'], /LLR 1\.20 after 24 pairs/],
    [['sync', 'list'], /games-connect-four@a +a +home +completed +30s +0\.2s +6 +1\.4 MiB/],
  ] as const)('%s', async (args, expected) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  test.each([
    [['job', 'show', 'nope'], 4, /^Cannot show job nope because there is no job with this id; try ringmaster job list$/m],
    [['node', 'show', 'a/../../metrics'], 4, /^Cannot show/],
    [['queue', 'show', 'no such'], 4, /^Cannot show item no such/],
    [['explain', 'nope'], 4, /^Cannot explain nope because nothing in this cluster has this id; try ringmaster status$/m],
    [['job', 'logs', 'cf.2.self-play.7/2'], 4, /^Cannot show stderr of cf\.2\.self-play\.7\/2/],
    [['queue', 'list', '--only', 'wild'], 2, /states are pending/],
    [['job', 'list', '--limit', '0'], 2, /number from 1 to 1000/],
    [['status', '-o', 'xml'], 2, /Allowed choices are table, wide, json, yaml/],
    [['statsu'], 2, /Did you mean status\?/],
    [['pipeline', 'run', 'chess'], 4, /because the cluster file has connect-four/],
    [['sync', 'run', 'games', 'home'], 2, /--from NODE, one of a, b, c/],
    [['sync', 'run', 'games', 'z'], 2, /z is no place of this cluster/],
    [['job', 'cancel', 'Not An Id'], 2, /not the id of an item/],
    [['queue', 'add'], 2, /needs an id and a command/],
    [['queue', 'add', 'BAD', '--', 'true'], 2, /id must be/],
    [['up', '--file', '/nowhere.yaml'], 2, /there is no such file/],
    [['completion', 'fish'], 2, /only bash and zsh/],
  ] as const)('refused: %s', async (args, code, message) => {
    const result = await run(...args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toMatch(message);
  });
});

test('explain shows what happened and what to do', async () => {
  const { code, stdout } = await run('explain', 'cf.2.self-play.7/1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^job cf\.2\.self-play\.7\/1: try 1 at self-play of pipeline connect-four, turn 2\n {2}failed for \d+(\.\d)?s$/m);
  expect(stdout).toContain('epoch 2 took its place and an answer from 1 would be refused');
  expect(stdout).toContain('Failure job.killed');
  expect(stdout).toContain('because exit code 137');
  expect(stdout).toContain('ringmaster job logs cf.2.self-play.7/1');
});

test('completion is generated from the program tree', async () => {
  const { stdout } = await run('completion', 'bash');
  expect(stdout).toContain("'job') words='list show logs cancel --help'");
});

/** Returns every script that a run of the CLI loaded, except Node's own. V8 lists the scripts in its coverage report, however they were loaded. */
async function scriptsOf(...args: string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(harness.folder, 'scripts-'));
  const { code, stderr } = await harness.start(args, { env: { NODE_V8_COVERAGE: folder } }).done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return readdirSync(folder)
    .flatMap((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: readonly { readonly url: string }[] }).result)
    .flatMap(({ url }) => (url.startsWith('file://') ? [relative(repository, fileURLToPath(url))] : []))
    .toSorted();
}

test.each([['status', '-o', 'json'], ['status', '-o', 'yaml'], ['status'], ['daemon', 'list']])(
  '%s %s %s loads its bundle: no package, no fallback',
  async (...args) => {
    expect(await scriptsOf(...args)).toEqual([
      'bin/ringmaster',
      'dist/quick/quick-status.cjs',
      'dist/quick/shared.cjs',
      'scripts/setup/bundle-stamp.mjs',
    ]);
  },
);

test('verbs that only read load no package except commander', async () => {
  const scripts = await scriptsOf('node', 'list');
  expect(scripts, 'else the bundles are stale: node scripts/build.mjs').toContain('dist/bundle/src/cli/main.js');
  // The bundler writes the path of each module above its code.
  const modules = scripts.flatMap((path) => readFileSync(join(repository, path), 'utf8').match(/^\/\/ .*$/gm) ?? []);
  const packages = [...scripts, ...modules].flatMap((path) => /node_modules\/((?:@[\w-]+\/)?[\w-]+)/.exec(path)?.[1] ?? []);
  expect(new Set(packages)).toEqual(new Set(['commander']));
});
