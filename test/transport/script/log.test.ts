/** A reader that goes on in the log of a job gets no byte twice, at whichever step of a cut of the log it looks. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shellFiles } from '../../../src/transport/script/programs.generated.ts';

const root = mkdtempSync(join(tmpdir(), 'log-'));
afterAll(() => rmSync(root, { recursive: true }));

const library = shellFiles['library/log'];
/** The last step of a cut. */
const renamed = '  [ ! -s "$1.dropped.n" ] || mv "$1.dropped.n" "$1.dropped"\n';
test('the library has the steps that the tests change', () => {
  expect(library.split(renamed)).toHaveLength(2);
  expect(library).toContain('size=$(stat -c');
});

describe.each([[['dash']], [['bash']], [['busybox', 'sh']]])('by %j', ([shell = '', ...applet]) => {
  /** Runs text with the library, in a folder with a log of 40 bytes that has lost 100 bytes before. */
  const run = (text: string, functions: string): string => {
    const cwd = mkdtempSync(join(root, 'job-'));
    writeFileSync(join(cwd, 'out'), '0123456789'.repeat(4));
    writeFileSync(join(cwd, 'out.dropped'), '100\n');
    return execFileSync(shell, [...applet, '-c', `${functions}\n${text}`], { cwd, encoding: 'utf8' });
  };
  const cut = 'cut_log out 20; printf new >>out';

  test.each([
    ['before the cut', 'log_after out 1000 140', '140\n'],
    ['after the cut', `${cut}; log_after out 1000 140`, '143\nnew'],
    ['after the cut, at text from before it', `${cut}; log_after out 1000 138`, '143\n89new'],
    ['before and after the cut', `stat() { [ -e cut ] || { : >cut; ${cut}; }; command stat "$@"; }; log_after out 1000 140`, '143\nnew'],
    ['after the program has emptied its log itself', ': >out; printf new >>out; rm out.dropped; log_after out 1000 140', '3\nnew'],
  ])('a look %s', (_when, text, expected) => {
    expect(run(text, library)).toBe(expected);
  });

  test.each([
    ['at new text', `${cut}; log_after out 1000 140`, '143\nnew'],
    ['at text from before the cut', `${cut}; log_after out 1000 138`, '143\n89new'],
    ['at the end', 'cut_log out 20; log_after out 1000 140', '140\n'],
  ])('a look between the two steps of a cut, %s', (_where, text, expected) => {
    expect(run(text, library.replace(renamed, ''))).toBe(expected);
  });
});
