/** Tests the command line that sends a program to a node whose login shell is not sh. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awkwardWords } from '../../support/awkward-words.ts';
import { portableCommand } from '../../../src/transport/script/portable-command.ts';

const args = [...awkwardWords, 'x'.repeat(20_000)];
const program = '[ "$0" = sh ] && printf "%s:" "$#" "$@"\ncat\nexit 7';

test.each([['dash'], ['bash'], ['busybox', 'sh'], ['zsh'], ['fish'], ['tcsh', '-f'], ['csh', '-f'], ['ksh'], ['mksh']])(
  '%s hands over the program, its arguments and its input',
  (shell, ...applet) => {
    const { status, stdout, stderr } = spawnSync(shell, [...applet, '-c', portableCommand(program, args)], { input: 'in\0put\n' });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 7, stderr: '' });
    expect(stdout.toString()).toBe(`${[args.length, ...args].map((word) => `${word}:`).join('')}in\0put\n`);
  },
);

test.each([[['short']], [args]])('a bash that is sh takes no functions from its environment in place of commands', (words) => {
  const bin = mkdtempSync(join(tmpdir(), 'sh-'));
  symlinkSync('/bin/bash', join(bin, 'sh'));
  const broken = ['cd', 'printf', 'shift', '[', 'cat', 'echo', 'shopt'].map((name) => [`BASH_FUNC_${name}%%`, '() { builtin echo bad; return 1; }']);
  const line = portableCommand(program, words, `exec ${join(bin, 'sh')}`);
  // With a socket as its input, a bash without SHLVL reads the start-up files, which would use the functions.
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', line], {
    input: 'in\0put\n',
    env: { ...process.env, ...Object.fromEntries(broken) },
  });
  rmSync(bin, { recursive: true });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 7, stderr: '' });
  expect(stdout.toString()).toBe(`${[words.length, ...words].map((word) => `${word}:`).join('')}in\0put\n`);
});

test('no word has a character that a shell could read in its own way', () => {
  const [...words] = portableCommand(program, args).matchAll(/"'"|'(?<quoted>[^']*)'|(?<plain>\S+)/g);
  const plain = words.flatMap(({ groups }) => groups?.['plain'] ?? []);
  const quoted = words.flatMap(({ groups }) => groups?.['quoted'] ?? []);
  expect(plain).toEqual(['exec', '/bin/sh', '-c', 'sh']);
  // The decoder, the characters and the parts of the program.
  expect(quoted).toHaveLength(6 + Math.ceil(portableCommand(program, args).length / 8_000));
  expect(quoted.filter((word) => [...word].length > 8_000)).toEqual([]);
  // In single quotes, fish interprets \' and \\, and tcsh interprets ! before a word. tcsh also refuses a newline.
  expect(quoted.filter((word) => /\\(?! )|!(?! )|\n/.test(word))).toEqual([]);
});

test('an argument with a NUL is refused', () => {
  expect(() => portableCommand('true', ['a\0b'])).toThrow('NUL');
});
