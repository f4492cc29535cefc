/**
 * Tests that the environment in which our programs begin changes nothing in what they do: for a node that is this machine, and over ssh by both routes.
 * The shell `sh` is dash or bash. A bash that is sh takes functions and options from its environment.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { quote } from '../../src/base/quote.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { findPrograms } from '../../src/system/find-program.ts';
import { until } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { ownTemporaryFolder } from '../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { sha256 } from '../support/sha256.ts';
import { loginHosts } from './ssh/login-hosts.ts';

vi.setConfig({ testTimeout: 120_000 });
const temporary = ownTemporaryFolder();
const shells = ['dash', 'bash'] as const;
type ShellName = (typeof shells)[number];

/** The commands of a shell and the programs of this machine whose names are words of our programs. The special commands of a shell come before functions. */
const special = ['break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'times', 'trap', 'unset'];
const builtins = execFileSync('bash', ['-c', 'compgen -b'], { encoding: 'utf8' }).split('\n');
const words = new Set(Object.values(programs).flatMap((text) => text.match(/[a-z][a-z0-9-]*|\[/g) ?? []));
const commands = [...words].filter((word) => !special.includes(word) && (builtins.includes(word) || findPrograms(word).length > 0));
const functions = Object.fromEntries(commands.map((name) => [`BASH_FUNC_${name}%%`, '() { builtin echo "bad: $FUNCNAME"; return 1; }']));
const options = 'failglob:nullglob:nocasematch:nocaseglob:dotglob:globstar:lastpipe:xpg_echo:globskipdots:extglob';

/** A login can have these variables in its environment. Each row is a set of variables of its own, because a variable can hide the effect of another one. */
const rows: readonly (readonly [name: string, shell: ShellName, variables: Readonly<Record<string, string>>])[] = [
  [
    'variables of the shell and of its programs',
    'dash',
    { CDPATH: '.:/:/tmp', IFS: 'e', ENV: '/dev/full', BASH_ENV: '/dev/full', GREP_OPTIONS: '-v', TAR_OPTIONS: '--bad', QUOTING_STYLE: 'c' },
  ],
  ['POSIXLY_CORRECT', 'dash', { POSIXLY_CORRECT: '1' }],
  ['a library that cannot be loaded', 'dash', { LD_PRELOAD: '/nowhere.so' }],
  ['a locale that is missing', 'bash', { LC_ALL: 'de_DE.UTF-8' }],
  ['functions in place of commands', 'bash', functions],
  ['options of bash', 'bash', { BASHOPTS: options, GLOBIGNORE: '*', CDPATH: '.:/tmp' }],
  ['options of sh', 'bash', { SHELLOPTS: 'braceexpand:hashall:histexpand:history:interactive-comments:keyword:monitor:noclobber:nounset:pipefail' }],
];

/** Returns a folder with a program `sh`. */
function folderOfSh(shell: ShellName): string {
  const bin = join(mkdtempSync(join(temporary, 'sh-')), 'bin');
  mkdirSync(bin);
  chmodSync(join(bin, '..'), 0o755);
  symlinkSync(findPrograms(shell)[0] as string, join(bin, 'sh'));
  return bin;
}

let items = 0;
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const node = 'a' as NodeId;

/** Uses the programs of a machine, compares what they say, and removes the folder of the node. */
async function useAll(machine: Machine): Promise<void> {
  const probe = await machine.probe();
  expect(probe.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  expect(probe.diskFreeBytes).toBeGreaterThan(0);
  expect(probe.workerAlive).toBe(false);
  expect(await machine.run({ argv: ['/bin/echo', 'a  b', '*'], timeoutMs: 20_000 })).toMatchObject({ code: 0, stdout: 'a  b *\n' });
  expect(await machine.run({ argv: ['/bin/cat'], stdin: Buffer.from('in\n'), env: { A: "it's" }, timeoutMs: 20_000 })).toMatchObject({
    stdout: 'in\n',
  });

  const tree = mkdtempSync(join(temporary, 'tree-'));
  mkdirSync(join(tree, 'deep folder'));
  writeFileSync(join(tree, 'deep folder', 'text'), 'text');
  writeFileSync(join(tree, 'new\nline'), 'odd');
  symlinkSync('deep folder/text', join(tree, 'link'));
  const push = { type: 'push-tree', dataset: 'tree', from: tree } as const;
  const pushed = await machine.copy(push);
  expect(pushed).toMatchObject({ changed: true });
  expect(await machine.copy(push)).toMatchObject({ changed: false, digest: pushed.digest });
  writeFileSync(join(tree, 'more'), 'more');
  expect(await machine.copy(push)).toMatchObject({ changed: true });

  const blob = join(tree, 'more');
  await machine.copy({ type: 'push-blob', from: blob, sha256: sha256('more') });
  const job: JobRef = { item: `environment.${process.pid}.${(items += 1)}` as ItemId, epoch: 1 };
  const script =
    'mkdir -p output/games && echo made >output/games/one && echo said && printf \'{"v":1,"files":[],"result":{"ok":1}}\' >output/manifest.json';
  const inputs = [{ name: 'more', sha256: sha256('more') }];
  await machine.start({ job, argv: ['/bin/bash', '-pc', script], env: {}, seed: 1, requestJson: '{}', inputs, limits });
  const ended = await until(
    async () => (await machine.look([job]))[0],
    (seen) => seen?.phase === 'ended',
  );
  expect(ended).toMatchObject({ exitCode: 0 });
  expect((await machine.readLog(job, 'stdout', 1_000)).toString()).toBe('said\n');
  expect((await machine.manifest(job)).result).toMatchObject({ ok: 1 });
  await machine.settle(job, [{ path: 'games/one', to: 'dataset:games' }]);
  const home = mkdtempSync(join(temporary, 'home-'));
  const pull = { type: 'pull-tree', dataset: 'games', to: home } as const;
  expect(await machine.copy(pull)).toMatchObject({ changed: true, files: 1 });
  expect(await machine.copy(pull)).toMatchObject({ changed: false });
  expect(readdirSync(join(home, 'current'))).toHaveLength(1);
  expect(await machine.stop(job, 1_000)).toEqual({ stopped: 0 });
  await machine.forget([job]);
  expect(await machine.oldJobs(0)).toEqual([]);
  expect(await machine.stopAll(1_000)).toEqual({ stopped: 0 });
  expect(await machine.purge()).toBeUndefined();
}

describe('here', () => {
  afterEach(() => vi.unstubAllEnvs());
  test.each(rows)('%s, with %s as sh', async (_, shell, variables) => {
    const folder = mkdtempSync(join(temporary, 'here-'));
    vi.stubEnv('PATH', `${folderOfSh(shell)}:${process.env['PATH']}`);
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const machine = openMachine({ node, owner: ownerNamed(`environment-${process.pid}`), folder: join(folder, 'node'), connect: { type: 'local' } });
    await useAll(machine);
    expect(readdirSync(folder)).toEqual([]);
    await machine.close();
  });
});

refusedWithoutRoot('a login shell with an environment of its own');
describe.runIf(isRoot)('over ssh', () => {
  const start = loginHosts(temporary, 120_000);
  /** Returns a login shell that sets all variables of the rows of a shell and becomes this shell. */
  const loginShell = (shell: ShellName): string => {
    const bin = folderOfSh(shell);
    const variables = rows.flatMap(([, of, row]) => (of === shell ? Object.entries(row).map(([name, value]) => quote(`${name}=${value}`)) : []));
    const path = join(bin, 'login');
    writeFileSync(path, `#!/bin/sh\nexec env PATH=${bin}:/usr/local/bin:/usr/bin:/bin ${variables.join(' ')} ${bin}/sh "$@"\n`, { mode: 0o755 });
    return path;
  };
  test.each(shells)('by npm ssh2 and by the system’s ssh, with %s as sh', async (shell) => {
    const { host, name } = await start(shell[0] as string, { name: shell, shell: loginShell(shell), expects: 'works' });
    for (const machine of [host.machine(), host.open({ type: 'ssh', host: name })]) {
      await useAll(machine);
      expect(existsSync(host.node.folder)).toBe(false);
    }
  });
});
