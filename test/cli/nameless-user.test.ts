/** A user whose id the password database lacks, as in a container that was started with `-u 54321`. Only root can become this user. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { until } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { rememberStateFolder } from '../support/processes.ts';
import { repository } from '../support/repository.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { temporalCli } from '../support/temporal-cli.ts';

const uid = 54_321;
const folder = mkdtempSync(join(tmpdir(), 'nameless-'));
chmodSync(folder, 0o777);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** Runs ringmaster as the user, with PATH and these variables alone. */
function ringmaster(variables: Readonly<Record<string, string>>, ...args: readonly string[]): Run {
  const environment = Object.entries({ PATH: process.env['PATH'] ?? '', ...variables }).map(([name, value]) => `${name}=${value}`);
  const become = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'env', '-i', ...environment];
  const { status, stdout, stderr } = spawnSync('setpriv', [...become, join(repository, 'bin/ringmaster'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: status, text: stdout + stderr };
}

async function clusterFile(state: string): Promise<string> {
  const [port, uiPort, metricsPort, http] = await freePorts(4);
  const name = `n-${basename(folder).slice(-6).toLowerCase()}`;
  const file = join(folder, 'cluster.yaml');
  const temporal = `{ port: ${port}, uiPort: ${uiPort}, metricsPort: ${metricsPort} }`;
  writeFileSync(file, `cluster: ${name}\nstate: ${state}\ntemporal: ${temporal}\nhttp: { port: ${http} }\nnodes: [{ id: here, local: true }]\n`);
  return file;
}

refusedWithoutRoot('a user whose id the password database lacks');

test.runIf(isRoot)('check needs no home folder, and a path with ~ gets a sentence about HOME', { timeout: 60_000 }, async () => {
  expect(ringmaster({}, 'check', '--file', await clusterFile('state'))).toMatchObject({ code: 0 });
  const { code, text } = ringmaster({}, 'check', '--file', await clusterFile('~/state'));
  expect(code).toBe(2);
  expect(text).toContain('Cannot find ~/state because the path is in the home folder, and this user has none');
  const [, hint = ''] = /; try (setting HOME to a folder of this user, or an absolute path in the cluster file)/.exec(text) ?? [];
  const { HOME: home = '', state } = { HOME: hint.startsWith('setting HOME') ? folder : undefined, state: join(folder, 'state') };
  expect(ringmaster({ HOME: home }, 'check', '--file', await clusterFile('~/state'))).toMatchObject({ code: 0 });
  expect(ringmaster({}, 'check', '--file', await clusterFile(state))).toMatchObject({ code: 0 });
});

test.runIf(isRoot)('status needs no home folder and no temporary folder that can be written', { timeout: 60_000 }, () => {
  const readOnly = join(folder, 'read-only');
  mkdirSync(readOnly);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', readOnly]);
  try {
    const usual = ringmaster({}, 'status');
    expect(usual.text).toMatch(/^Cannot .* because .*; try/);
    expect(usual.text).not.toContain('unexpected');
    const variables = { TMPDIR: readOnly, HOME: readOnly, XDG_STATE_HOME: readOnly, XDG_CACHE_HOME: readOnly };
    expect(ringmaster(variables, 'status')).toEqual(usual);
  } finally {
    execFileSync('umount', [readOnly]);
  }
});

test.runIf(isRoot)('a cluster of this user starts without a home folder, sees its node alive, and stops', { timeout: 240_000 }, async () => {
  const state = join(folder, 'state');
  const file = await clusterFile(state);
  rememberStateFolder('nameless', state);
  const cli = join(folder, 'temporal');
  copyFileSync(temporalCli(), cli);
  chmodSync(cli, 0o755);
  const variables = { TEMPORAL_CLI_PATH: cli };
  try {
    expect(ringmaster(variables, 'up', '--file', file)).toMatchObject({ code: 0 });
    await until(
      async () => ringmaster(variables, 'node', 'list').text,
      (text) => /^here +alive/m.test(text),
      90_000,
    );
  } finally {
    expect(ringmaster(variables, 'down', '--state', state, '--purge')).toMatchObject({ code: 0 });
  }
});
