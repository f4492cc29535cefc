/** `ringmaster temporal` gives every word to the Temporal CLI, and keeps its exit code and its signals. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporalEnvironment } from '../../src/cli/verb/temporal.ts';
import { temporalWords } from '../../src/cli/program/temporal-words.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { repository } from '../support/repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-temporal-verb-'));
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'run', 'cluster.json'), JSON.stringify(running(true)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const running = (temporalEmbedded: boolean) => ({
  config: { v: 1, cluster: 'demo', state: folder, temporal: { namespace: 'games' } },
  configEpoch: 1,
  temporalAddress: '127.0.0.1:7999',
  temporalEmbedded,
  source: 'cluster.yaml',
});

/** Runs the real command with a script as the Temporal CLI. */
function ringmaster(script: string, words: readonly string[]) {
  const cli = join(folder, 'temporal');
  writeFileSync(cli, `#!/bin/sh\nif [ "$1" = --version ]; then echo 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)'; exit; fi\n${script}\n`);
  chmodSync(cli, 0o755);
  const child = spawn(process.execPath, [join(repository, 'bin/ringmaster'), '--state', folder, 'temporal', ...words], {
    env: { ...process.env, TEMPORAL_CLI_PATH: cli, TEMPORAL_ADDRESS: 'elsewhere:1', TEMPORAL_API_KEY: 'of another server' },
  });
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  return {
    child,
    ended: new Promise<{ code: number | null; stdout: string }>((resolve) => child.once('close', (code) => resolve({ code, stdout }))),
  };
}

test('every word, the address, the namespace and the exit code pass', async () => {
  const words = ['workflow', 'list', '--help', '--state', 'x', '--', '-o', 'a b', ''];
  const script = 'echo "$TEMPORAL_ADDRESS $TEMPORAL_NAMESPACE $TEMPORAL_API_KEY"; printf "<%s>" "$@"; exit 17';
  expect(await ringmaster(script, words).ended).toEqual({ code: 17, stdout: `127.0.0.1:7999 games \n${words.map((word) => `<${word}>`).join('')}` });
});

test('a signal reaches the CLI, and the command waits for its end', async () => {
  const { child, ended } = ringmaster(`trap 'echo caught; exit 3' TERM; echo $$ >"$0".pid; while :; do sleep 0.1; done`, ['server']);
  await eventually('the CLI runs', () => {
    try {
      return readFileSync(join(folder, 'temporal.pid'), 'utf8') !== '';
    } catch {
      return false;
    }
  });
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 3, stdout: 'caught\n' });
});

test('a profile and credentials reach the CLI only for an external server', () => {
  const env = { TEMPORAL_API_KEY: 'key', TEMPORAL_PROFILE: 'work', HOME: '/home/kim' };
  const own = temporalEnvironment(running(true) as unknown as RunningCluster, env);
  expect(own).toMatchObject({ HOME: '/home/kim', TEMPORAL_CONFIG_FILE: '/dev/null' });
  expect(own).not.toHaveProperty('TEMPORAL_API_KEY');
  expect(temporalEnvironment(running(false) as unknown as RunningCluster, env)).toMatchObject({ ...env, TEMPORAL_ADDRESS: '127.0.0.1:7999' });
});

test('only the first word that is no option is the verb', () => {
  expect(temporalWords(['--no-color', '--state', 'x', 'temporal', '--state', 'y'])).toEqual({
    before: ['--no-color', '--state', 'x'],
    args: ['--state', 'y'],
  });
  expect(temporalWords(['explain', 'temporal'])).toBeUndefined();
  expect(temporalWords(['--state', 'temporal'])).toBeUndefined();
});
