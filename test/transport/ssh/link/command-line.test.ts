/** Tests how a login takes our programs: which form it gets, and that what it prints itself is ignored. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RingmasterError } from '../../../../src/domain/failure/error.ts';
import { commandLine } from '../../../../src/transport/ssh/link/command-line.ts';
import { examineLogin } from '../../../../src/transport/ssh/link/examine-login.ts';
import type { Link } from '../../../../src/transport/ssh/link/link.ts';
import { type Login, type LoginForm, loginForms } from '../../../../src/transport/ssh/link/login-form.ts';
import { runOnLink } from '../../../../src/transport/ssh/link/run-on-link.ts';
import { programs } from '../../../../src/transport/script/programs.ts';
import { awkwardWords } from '../../../support/awkward-words.ts';
import { coded } from '../../conformance/machine-harness.ts';

const address = { type: 'ssh', host: 'h' } as const;

/** Returns a link to a node whose login runs these words, and gets the command as the last word, as sshd passes it. */
const nodeWith = (...words: readonly string[]): Link => ({
  open: async (command, events) => {
    const [program = '', ...args] = words;
    const child = spawn(program, [...args, command], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', events.stdout);
    child.stderr.on('data', events.stderr);
    // sshd reports the end of the login before all output has arrived.
    child.on('exit', (code, signal) => events.exit({ code, signal }));
    child.on('close', events.closed);
    return { end: (bytes) => child.stdin.end(bytes), close: () => child.kill('SIGKILL') };
  },
  forward: async () => 'refused',
  onEnded: () => () => undefined,
  close: async () => undefined,
});

const alone = (form: LoginForm): Login => ({ form, output: 'apart' });

const run = async (link: Link, login: Login, script: string, args: readonly string[], stdin?: string) => {
  const outcome = await runOnLink('n', link, commandLine(login, script, args), { timeoutMs: 20_000, ...(stdin === undefined ? {} : { stdin }) });
  if (outcome.type !== 'ended') throw new Error(outcome.type);
  const { code, stdout, stderr } = outcome.result;
  return { code, stdout: stdout.toString(), stderr, noise: outcome.noise };
};

/** A login with a start-up file. */
const withStart = (start: string): readonly string[] => ['bash', '-c', `${start}\neval "$0"`];

test.each([
  [['sh', '-c'], 'direct'],
  [['dash', '-c'], 'direct'],
  [['/bin/sh', '-c'], 'direct'],
  [['bash', '-c'], 'exec'],
  [['bash', '--restricted', '-c'], 'plain'],
  [['sh', '-c', 'exec $0'], 'bare'],
  [['bash', '-c', '$0'], 'bare'],
  [withStart('read -r line'), 'lines'],
  [withStart('read -r one; read -r two; echo $one$two'), 'lines'],
  [withStart('exec bash'), 'typed'],
  [withStart('exec zsh'), 'typed'],
  [withStart('exec ksh'), 'typed'],
  [withStart('exec mksh'), 'typed'],
] as const)('a login by %j takes programs in the form %j', async (words, form) => {
  expect(await examineLogin('n', nodeWith(...words), address)).toEqual(alone(form));
});

test.each(['sleep 60 &', '(sleep 0.3; echo late) &', '(while sleep 0.02; do echo late; done) &'])(
  'a login with the start-up file %j is shared with a process of it',
  async (start) => {
    expect(await examineLogin('n', nodeWith(...withStart(start)), address)).toEqual({ form: 'exec', output: 'shared' });
  },
);

test.each([
  ['exec 2>&1', 'exec'],
  ['exec 2>/dev/null', 'exec'],
  ['exec 2>&-', 'exec'],
  ['echo Welcome; exec 2>&1', 'exec'],
  ['exec 2>&1; (while sleep 0.02; do echo late; done) &', 'exec'],
  ['read -r line; exec 2>&1', 'lines'],
  ['exec zsh 2>&1', 'typed'],
] as const)('a login whose start-up file %j moves the standard error has joined outputs', async (start, form) => {
  expect(await examineLogin('n', nodeWith(...withStart(start)), address)).toEqual({ form, output: 'joined' });
});

test.each([
  [['false'], 'printed nothing and ended with 1'],
  [['sh', '-c', 'printf "\\033[1mNo\\007 shell\\n\\nhere"'], 'printed "No shell; here"'],
  [withStart('cat >/dev/null'), 'a start-up file of its login reads the whole standard input'],
  [withStart('exec tcsh'), 'replaces the shell with another one, which reads the standard input before our program does'],
  [withStart('exec >/dev/null'), 'sends the standard output of every command elsewhere'],
  [withStart('exec >&-'), 'sends the standard output of every command elsewhere'],
  [withStart('exec >&2'), 'sends the standard output of every command elsewhere'],
  [['sh', '-c', 'eval "$0" | sed "s/$/\r/"'], 'changes the output of every command'],
  [withStart('yes Noise'), 'printed more than 4194304 bytes before our program, beginning with "Noise; Noise'],
])('a login by %j is transport.no-shell, with the words of the host', async (words, said) => {
  const failure = await examineLogin('n', nodeWith(...words), address).catch((error: unknown) => error);
  expect(failure).toEqual(coded('transport.no-shell'));
  expect((failure as Error).message).toContain(said);
});

test('a login that prints and does not begin our program in time is slow, and the limit is named', async () => {
  const failure = await examineLogin('n', nodeWith(...withStart('echo Loading; sleep 60 & wait')), { ...address, loginMs: 2_000 }).catch(
    (error: unknown) => error,
  );
  expect(failure).toEqual(coded('transport.timeout'));
  expect((failure as RingmasterError).message).toContain('its login printed "Loading" and did not start our program within 2 s');
  expect((failure as RingmasterError).hint).toMatchObject({ say: expect.stringContaining('`limits.login`') });
});

test.each([
  ['exec', 'eval "$0"'],
  ['exec', 'eval "$0"; exit 0'],
  ['plain', 'eval "$0"; exit 0'],
  ['plain', 'sleep 60 & eval "$0"; exit 0'],
] as const)('a program in the form %s that is killed behind the login %j takes no status of the login', async (form, wrapper) => {
  const line = commandLine(alone(form), 'echo out; kill -9 $$', []);
  const outcome = await runOnLink('n', nodeWith('bash', '-c', wrapper), line, { timeoutMs: 20_000 });
  if (outcome.type === 'ended') expect(outcome.result).toMatchObject({ code: null, signal: 'SIGKILL' });
  else expect(outcome).toMatchObject({ type: 'without-status', end: { code: 0 } });
});

describe('a shell that gets a program in a form that it does not take', () => {
  const root = mkdtempSync(join(tmpdir(), 'forms-'));
  afterAll(() => rmSync(root, { recursive: true }));
  test.each([['sh'], ['bash'], ['zsh'], ['fish'], ['tcsh'], ['csh'], ['mksh'], ['ksh'], ['busybox', 'sh'], ['rbash']])(
    'leaves no file: %s',
    (...words) => {
      const [shell = '', ...applet] = words.flatMap((word) => word ?? []);
      const home = mkdtempSync(join(root, 'home-'));
      for (const output of ['apart', 'shared', 'joined'] as const)
        for (const form of loginForms) {
          const { command, prelude } = commandLine({ form, output }, 'echo out >/dev/null; echo "<$0>" >&2; echo "a b" | cat <&0', []);
          spawnSync(shell, [...applet, '-c', command], { cwd: home, env: { ...process.env, HOME: home }, input: `${prelude}in\n`, timeout: 20_000 });
          // A file of the shell itself, such as a history, is hidden.
          expect(readdirSync(home).filter((name) => !name.startsWith('.'))).toEqual([]);
        }
    },
  );
});

test.each([
  [alone('direct'), ['sh', '-c']],
  [alone('exec'), ['sh', '-c']],
  [alone('exec'), ['bash', '-c']],
  [alone('plain'), ['dash', '-c']],
  [alone('bare'), ['sh', '-c', '$0']],
  [alone('bare'), ['bash', '-c', 'cd /usr; exec $0']],
  [alone('lines'), withStart('read -r one; read -r two')],
  [alone('typed'), withStart('exec zsh')],
  [{ form: 'direct', output: 'shared' }, ['sh', '-c']],
  [{ form: 'exec', output: 'shared' }, ['bash', '-c']],
  [{ form: 'direct', output: 'joined' }, ['sh', '-c']],
  [{ form: 'exec', output: 'joined' }, withStart('exec 2>&1')],
  [{ form: 'exec', output: 'joined' }, withStart('exec 2>&-')],
  [{ form: 'exec', output: 'joined' }, withStart('exec 2>/dev/full')],
  [{ form: 'exec', output: 'joined' }, ['busybox', 'sh', '-c', 'exec 2>&1\neval "$0"']],
  [{ form: 'plain', output: 'joined' }, ['fish', '-c', 'eval $argv[1] 2>&1']],
  [{ form: 'bare', output: 'joined' }, ['sh', '-c', '$0 2>&1']],
  [{ form: 'typed', output: 'joined' }, withStart('exec zsh 2>&1')],
] as const)('the form %j passes arguments, input and status by %j', async (login, words) => {
  const link = nodeWith(...words);
  const wanted = [awkwardWords.length, ...awkwardWords].map((word) => `${word}:`).join('');
  expect(await run(link, login, 'printf "%s:" "$#" "$@"\ncat\necho bad >&2\nexit 7', awkwardWords, 'in\nput')).toEqual({
    code: 7,
    stdout: `${wanted}in\nput`,
    stderr: 'bad\n',
    noise: '',
  });
  expect(await run(link, login, 'echo "$#"', [])).toMatchObject({ code: 0, stdout: '0\n' });
});

test.each([
  ['is short', 'echo out', 'out\n'],
  ['is empty', ':', ''],
  ['takes a while', 'for one in 1 2 3 4 5 6 7 8; do echo $one; sleep 0.1; done', '1\n2\n3\n4\n5\n6\n7\n8\n'],
  ['is long', 'head -c 300000 /dev/zero', '\0'.repeat(300_000)],
])('an output that %s is told apart from what a process of a start-up file prints into it', async (_what, program, stdout) => {
  const link = nodeWith(...withStart('(while sleep 0.01; do echo late; printf "0000 00"; echo late >&2; done) &'));
  for (const output of ['shared', 'joined'] as const) {
    const seen = await run(link, { form: 'exec', output }, `${program}\necho bad >&2; exit 7`, []);
    expect({ ...seen, noise: '' }).toEqual({ code: 7, stdout, stderr: 'bad\n', noise: '' });
  }
});

test('an output of more bytes than six digits can count is told apart, too', { timeout: 120_000 }, async () => {
  const link = nodeWith(...withStart('(while sleep 0.01; do echo late; done) &'));
  const line = commandLine({ form: 'exec', output: 'joined' }, 'head -c 17000000 /dev/zero; echo bad >&2', []);
  const outcome = await runOnLink('n', link, line, { timeoutMs: 100_000, outputBytesMax: 20_000_000 });
  if (outcome.type !== 'ended') throw new Error(outcome.type);
  expect(outcome.result).toMatchObject({ code: 0, truncated: false, stderr: 'bad\n' });
  expect(outcome.result.stdout.equals(Buffer.alloc(17_000_000))).toBe(true);
});

test.each(['out', 'err'] as const)('what a login prints to %s is the only noise of joined outputs', async (where) => {
  const start = where === 'out' ? 'echo Welcome; exec 2>&1' : 'echo Welcome >&2; exec 2>&1';
  const seen = await run(nodeWith(...withStart(start)), { form: 'exec', output: 'joined' }, 'head -c 100 /dev/zero; head -c 100 /dev/zero >&2', []);
  expect(seen).toEqual({ code: 0, stdout: '\0'.repeat(100), stderr: '\0'.repeat(100), noise: 'Welcome\n' });
});

test.each(['exec 2>&1', 'exec 2>/dev/null', 'exec >/dev/null'])('an output that %j moves is no output of a program', async (start) => {
  const line = commandLine(alone('exec'), 'echo out', []);
  const arrived = start.includes('2>') ? { out: 'whole', err: 'none' } : { out: 'none', err: 'whole' };
  expect(await runOnLink('n', nodeWith(...withStart(start)), line, { timeoutMs: 20_000 })).toMatchObject({ arrived });
});

const shells = ['sh', 'dash', 'bash', 'busybox sh', 'ksh', 'mksh'];
const outputs = ['apart', 'shared', 'joined'] as const;
test.each(shells.flatMap((shell) => outputs.map((output) => [shell, output] as const)))(
  'a program that exits and leaves a process that holds its output open ends at once, by %s with its output %s',
  async (shell, output) => {
    for (const end of ['', '; exit 7', '; (exit 7)']) {
      const seen = await run(nodeWith(...shell.split(' '), '-c'), { form: 'direct', output }, `sleep 60 & echo $!; echo bad >&2${end}`, []);
      expect(seen).toMatchObject({ code: end === '' ? 0 : 7, stderr: 'bad\n' });
      process.kill(Number(seen.stdout), 'SIGKILL');
    }
  },
);

test('a sealed output that lost a part is no output', async () => {
  const link = nodeWith('bash', '-c', 'eval "$0" | grep -v "^000010"');
  const line = commandLine({ form: 'plain', output: 'shared' }, 'echo out; head -c 40 /dev/zero', []);
  expect(await runOnLink('n', link, line, { timeoutMs: 20_000 })).toMatchObject({ type: 'without-status' });
});

test.each([
  ['a line', 'echo Welcome'],
  ['no newline', 'printf Welcome'],
  ['errors', 'echo Welcome >&2'],
  ['the command', 'echo "$0"; echo "$0" >&2; set -v -x'],
  ['megabytes', 'head -c 3000000 /dev/zero'],
  ['strict options', 'set -euCf; umask 077; IFS=e; export SHELLOPTS IFS; cd /'],
  ['aliases', 'shopt -s expand_aliases; alias sh=false cd=false echo=false'],
  ['variables', 'export CDPATH=/ BASH_ENV=/nonexistent ENV=/nonexistent LC_ALL=tr_TR TAR_OPTIONS=--bad'],
])('a start-up file with %s changes nothing', async (_what, start) => {
  const seen = await run(
    nodeWith(...withStart(start)),
    alone('exec'),
    'cd usr 2>/dev/null; [ "$PWD" = "$HOME" ] && echo out; echo err >&2; exit 5',
    [],
  );
  expect({ ...seen, noise: '' }).toEqual({ code: 5, stdout: 'out\n', stderr: 'err\n', noise: '' });
});

test.each([
  ['prints and fails', 'eval "$0"; echo Bye; echo Bye >&2; exit 9'],
  ['leaves a process that holds its output', 'sleep 30 & eval "$0"'],
  ['has a trap', `trap 'echo Bye; exit 9' EXIT; eval "$0"`],
])('a login that %s after the program changes nothing', async (_what, wrapper) => {
  const link = nodeWith('bash', '-c', wrapper);
  expect(await run(link, alone('plain'), 'echo out; exit 5', [])).toMatchObject({ code: 5, stdout: 'out\n', stderr: '' });
});

test('no program has a trap of EXIT, which would replace the one that prints the end line', () => {
  const trapped = Object.entries(programs).filter(([, text]) => /^\s*trap .*\bEXIT\b/m.test(text));
  expect(trapped.map(([name]) => name)).toEqual([]);
});
