/** For each reason why a login is refused: the code, and the fix of its sentence, which a test follows to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { newKeyIn, publicKeyOf } from '../../support/new-key.ts';
import { ownTemporaryFolder, PracticeHost, type SshConnect } from '../../support/practice-node.ts';
import { install, programsOf } from '../../support/programs-of.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { slowDoor } from '../../support/slow-door.ts';
import { blockOf } from './far-hosts.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
let bin = '';
const at = aroundConfiguredHost(folder, () => PracticeHost.start('x', folder, { path: (bin = programsOf(folder)) }));

type How = Partial<SshConnect>;
interface Row {
  readonly name: string;
  readonly code: string;
  /** Makes the fault, and returns how the node is reached. */
  readonly make: () => How | Promise<How>;
  /** A part of the sentence. */
  readonly says: RegExp;
  /** Returns the file that the sentence and the fix name. */
  readonly file?: () => string;
  /** Follows the fix, and returns how the node is reached afterwards. Absent: the fix is the command of the hint. */
  readonly fix?: (failure: RingmasterError, how: How) => How;
}

const newKey = (type?: string): string => newKeyIn(folder, type);
const knownHosts = (text: string): How => {
  const knownHostsFile = join(mkdtempSync(join(folder, 'known-')), 'known hosts');
  writeFileSync(knownHostsFile, text);
  return { knownHostsFile };
};
const place = (): string => `[127.0.0.1]:${at.host.node.port}`;
const known = (): string => readFileSync(at.host.node.knownHostsFile, 'utf8');
/** Gives the host `here` these settings, so that the system's ssh is used. */
const bySystem = (more: Readonly<Record<string, string>>): How => {
  writeFileSync(at.configFile, blockOf(at.host, 'here', { AddressFamily: 'inet', ...more }));
  return { host: 'here', port: undefined, user: undefined, identityFile: undefined, knownHostsFile: undefined } as unknown as How;
};
/** Gives the host `here` two files of known keys, and settings that choose how it is reached. */
const inTwoFiles = (first: string, second: string, more: Readonly<Record<string, string>>): How => {
  const how = bySystem(more);
  const files = [first, second].map((text) => {
    const file = join(mkdtempSync(join(folder, 'known-')), 'known');
    writeFileSync(file, text);
    return file;
  });
  writeFileSync(at.configFile, readFileSync(at.configFile, 'utf8').replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${files.join(' ')}`));
  return how;
};
const routes: Readonly<Record<string, Readonly<Record<string, string>>>> = { ssh2: { AddressFamily: 'any' }, 'the system’s ssh': {} };
const secondFile = (): string => /UserKnownHostsFile \S+ (\S+)/.exec(readFileSync(at.configFile, 'utf8'))?.[1] ?? '';
const textOf = ({ hint }: RingmasterError): string => hint?.say ?? '';
const unrevoke = (failure: RingmasterError, how: How): How => {
  const [, file = ''] = /the line with @revoked from '?(.*?)'?$/.exec(textOf(failure)) ?? [];
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^@revoked .*\n/m, ''));
  return how;
};
let jobs = 0;

const rows: readonly Row[] = [
  {
    name: 'a misspelt host',
    code: 'transport.unknown-host',
    make: () => ({ ...bySystem({}), host: 'heer' }),
    says: /cannot resolve heer/,
    fix: (failure, how) => ({ ...how, host: /`ssh\.host`: (\S+) for the node/.exec(textOf(failure))?.[1] ?? '' }),
  },
  {
    name: 'a host that no name server knows and no other name is like',
    code: 'transport.unknown-host',
    make: () => ({ ...bySystem({}), host: 'nothing-like-it.invalid' }),
    says: /cannot resolve nothing-like-it/,
    fix: (failure, how) => {
      expect(textOf(failure)).toMatch(/^a name that ssh can reach, as `ssh\.host` of the node in the cluster file$/);
      const command = failure.hint?.run ?? '';
      expect(spawnSync('sh', ['-c', command]).status).toBe(255);
      expect(spawnSync('sh', ['-c', command.replace('nothing-like-it.invalid', 'here')]).status).toBe(0);
      return { ...how, host: 'here' };
    },
  },
  {
    name: 'a file that ssh refuses',
    code: 'transport.ssh-config',
    make: () => {
      const how = bySystem({});
      appendFileSync(at.configFile, '  Frobnicate yes\n');
      return how;
    },
    says: /Bad configuration option: frobnicate/,
    fix: (failure, how) => {
      const [, file = '', line = '0'] = /(\S+): line (\d+): Bad/.exec(failure.message) ?? [];
      const lines = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, lines.toSpliced(Number(line) - 1, 1).join('\n'));
      expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status, 'the command prints the settings').toBe(0);
      return how;
    },
  },
  { name: 'an unknown host key', code: 'transport.host-key-unknown', make: () => knownHosts(''), says: /is not in .*known hosts/ },
  {
    name: 'another host key',
    code: 'transport.host-key-changed',
    make: () => knownHosts(`${place()} ${publicKeyOf(newKey())}\n`),
    says: /is not the one known/,
  },
  {
    name: 'a host key of another kind',
    code: 'transport.host-key-changed',
    make: () => knownHosts(`${place()} ${publicKeyOf(newKey('ecdsa'))}\n`),
    says: /is not the one known/,
  },
  {
    name: 'a revoked host key',
    code: 'transport.host-key-changed',
    make: () => knownHosts(`${known()}@revoked ${known()}`),
    says: /is revoked in/,
    fix: unrevoke,
  },
  ...Object.entries(routes).flatMap(([by, more]): readonly Row[] => [
    {
      name: `another host key in the second file, by ${by}`,
      code: 'transport.host-key-changed',
      make: () => inTwoFiles(known().replace('127.0.0.1', '127.0.0.2'), `${place()} ${publicKeyOf(newKey())}\n`, more),
      says: /is not the one known in /,
      file: secondFile,
    },
    {
      name: `a host key that the second file revokes, by ${by}`,
      code: 'transport.host-key-changed',
      make: () => inTwoFiles(known(), `@revoked ${known()}`, more),
      says: /is revoked in /,
      file: secondFile,
      fix: unrevoke,
    },
  ]),
  {
    name: 'a host key that a file of RevokedHostKeys has',
    code: 'transport.host-key-changed',
    make: () => {
      const revoked = join(folder, 'revoked');
      writeFileSync(revoked, known().split(' ').slice(1).join(' '));
      return bySystem({ RevokedHostKeys: revoked });
    },
    says: /Host key .* revoked by file/,
    fix: (failure, how) => {
      const [, file = ''] = /revoked by file (\S+?)(?:;|$)/.exec(failure.message) ?? [];
      writeFileSync(file, '');
      return how;
    },
  },
  {
    name: 'a login key that the node does not know',
    code: 'transport.authentication',
    make: () => ({ identityFile: newKey() }),
    says: /refused the key of/,
    fix: (failure, how) => {
      expect(textOf(failure)).toBe(`adding its public half to ~${at.host.node.user}/.ssh/authorized_keys there`);
      appendFileSync(at.host.node.authorizedKeys, readFileSync(`${how.identityFile}.pub`));
      return how;
    },
  },
  {
    name: 'a login key that is not there',
    code: 'transport.authentication',
    make: () => ({ identityFile: join(folder, 'nowhere') }),
    says: /cannot be used/,
    fix: (failure, how) => {
      expect(textOf(failure)).toContain('naming a readable private key');
      return { ...how, identityFile: at.host.node.identityFile };
    },
  },
  {
    name: 'a node without the program that locks a job',
    code: 'transport.no-shell-tool',
    make: () => {
      rmSync(join(bin, 'flock'));
      return {};
    },
    says: /because it lacks flock$/,
    fix: (failure, how) => {
      const [, named = ''] = /^installing (\S+) there /.exec(textOf(failure)) ?? [];
      install(bin, named);
      return how;
    },
  },
];

/** Uses the node as a job does: a command, and a tree. */
async function use(how: How): Promise<void> {
  const machine = at.host.machine(how);
  try {
    expect((await machine.run({ argv: ['printf', 'hello'], timeoutMs: 30_000 })).stdout).toBe('hello');
    const from = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(from, 'file'), from);
    await machine.copy({ type: 'push-tree', dataset: 'tree', from });
    await machine.copy({
      type: 'push-blob',
      from: join(from, 'file'),
      sha256: execFileSync('sha256sum', [join(from, 'file')], { encoding: 'utf8' }).slice(0, 64),
    });
    const job = { item: `fix.1.job.${(jobs += 1)}`, epoch: 1 } as Parameters<typeof machine.stop>[0];
    const limits = { runSecondsMax: 60, silentSecondsMax: 60 };
    await machine.start({ job, argv: ['true'], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
    await machine.stop(job, 0);
  } finally {
    await machine.close();
  }
}

test.each(rows)('$name: $code, and its fix works', async ({ code, make, says, file, fix }) => {
  const how = await make();
  const failure = await rejectionOf(use(how));
  if (!(failure instanceof RingmasterError)) throw new Error('the node is used');
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(says);
  if (file !== undefined) for (const text of [failure.message, `${textOf(failure)}${failure.hint?.run}`]) expect(text).toContain(file());
  if (fix === undefined) expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status).toBe(0);
  await use(fix?.(failure, how) ?? how);
});

test.each(['ssh2', 'the system’s ssh'])(
  'a login by %s that is longer than its limit: the sentence names the key, and a longer limit works',
  async (by) => {
    const port = await slowDoor(at.host.node.port, 4_000);
    const more = by === 'ssh2' ? {} : { AddressFamily: 'inet' };
    writeFileSync(at.configFile, blockOf(at.host, 'here', { HostKeyAlias: place(), ...more }).replace(/ {2}Port .*/, `  Port ${port}`));
    const run = (loginMs: number) => at.host.open({ type: 'ssh', host: 'here' }, { loginMs }).run({ argv: ['true'], timeoutMs: 60_000 });
    const failure = await rejectionOf(run(1_000));
    expect(failure).toMatchObject({
      code: 'transport.unreachable',
      message: expect.stringMatching(/the login to .* did not end within 1 s|ssh to here .*failed: .*timed out/),
    });
    expect(textOf(failure as RingmasterError)).toContain('`limits.login`');
    expect(await run(30_000)).toMatchObject({ code: 0 });
  },
);
