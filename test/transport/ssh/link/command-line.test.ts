import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine, loginIsSh } from '../../../../src/transport/ssh/link/command-line.ts';
import { awkwardWords } from '../../../support/awkward-words.ts';
import type { Link } from '../../../../src/transport/ssh/link/link.ts';

/** Returns a link to a node with this login shell. The link runs the shell under the shell's own name with `-c`, as sshd does. */
const nodeWith = (shell: string): Link => ({
  open: async (command, events) => {
    const child = spawn(shell, ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', events.stdout);
    child.stderr.on('data', events.stderr);
    child.on('close', (code, signal) => {
      events.exit({ code, signal });
      events.closed();
    });
    return { end: () => undefined, close: () => undefined };
  },
  forward: async () => 'refused',
  onEnded: () => () => undefined,
  close: async () => undefined,
});

const output = async (shell: string, command: string): Promise<string> => {
  let text = '';
  await new Promise<void>((closed) => {
    const quiet = () => undefined;
    void nodeWith(shell).open(command, { stdout: (chunk) => (text += chunk.toString()), stderr: quiet, exit: quiet, closed });
  });
  return text;
};

test.each([
  ['sh', true],
  ['dash', true],
  ['/bin/sh', true],
  ['bash', false],
  ['/bin/bash', false],
  ['false', false],
  ['cat', false],
])('a login shell %s can run our scripts itself: %s', async (shell, isSh) => {
  expect(await loginIsSh('n', nodeWith(shell))).toBe(isSh);
});

test('a login shell that does not reply counts as one that is not sh', async () => {
  expect(await loginIsSh('n', { ...nodeWith('sh'), open: async () => 'full' })).toBe(false);
  expect(await loginIsSh('n', { ...nodeWith('sh'), open: () => Promise.reject(new Error('lost')) })).toBe(false);
});

test.each(['sh', 'dash', 'bash'])('in %s both command lines pass the same arguments', async (shell) => {
  const script = '[ "$0" = "${0#-}" ] && printf "%s:" "$#" "$@"';
  const wanted = [awkwardWords.length, ...awkwardWords].map((word) => `${word}:`).join('');
  expect(await output(shell, commandLine(true, script, awkwardWords))).toBe(wanted);
  expect(await output(shell, commandLine(false, script, awkwardWords))).toBe(wanted);
  expect(await output(shell, commandLine(true, 'echo "$#"', []))).toBe('0\n');
});
