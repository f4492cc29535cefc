/** The form in which a program reaches a node whose login shell is not sh: every shell must read it alike. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { plainCommand } from '../../../src/transport/script/plain-command.ts';

const args = [
  ['', ' ', ' a', 'a  b ', "it's", '"q"', '`id`', '$(id)', '$HOME', ';', 'a\nb', '\n', '\\', '\\n', '\\\\', '*', '~', '-n', '--', '#x', 'ü→🎪'],
  ['{a,b}', '!!', '!x', '%s', "'", "''", '\t', '&&', '|', '>x', 'a=b', '+', '_', '_n', '_0041', 'x'.repeat(20_000), '\u0001\u007f'],
].flat();
/** Prints its arguments, then its standard input, and checks that nothing of the decoder is left. */
const program = '[ "$0" = sh ] && [ -z "${IFS+set}" ] && printf "%s:" "$#" "$@"\ncat\nexit 7';

test.each([['dash'], ['bash'], ['busybox', 'sh']])('%s hands over the program, its arguments and its input', (shell, ...applet) => {
  const { status, stdout, stderr } = spawnSync(shell, [...applet, '-c', plainCommand(program, args)], { input: 'in\0put\n' });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 7, stderr: '' });
  expect(stdout.toString()).toBe(`${[args.length, ...args].map((word) => `${word}:`).join('')}in\0put\n`);
});

test('only the decoder, which is always the same, has a character that a shell could treat in its own way', () => {
  const [, decoder = '', word = ''] = /^exec sh -c '([^']*)' sh (.*)$/.exec(plainCommand(program, args)) ?? [];
  expect(word).toMatch(/^[A-Za-z0-9_+.,/:-]+$/);
  // fish reads \' and \\ in single quotes; tcsh reads ! and refuses a newline.
  expect(decoder).not.toMatch(/\\[\\']|!|\n|'/);
  expect(plainCommand('true', []).startsWith(`exec sh -c '${decoder}' sh `)).toBe(true);
});

test('an argument with a NUL is refused', () => {
  expect(() => plainCommand('true', ['a\0b'])).toThrow('NUL');
});
