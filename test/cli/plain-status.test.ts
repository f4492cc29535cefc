/**
 * The quick entry of `status` parses a command line without commander. Commander must parse each command line that the quick entry accepts in the
 * same way.
 */
import { CommanderError } from '@commander-js/extra-typings';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainStatus } from '../../src/cli/status/plain-status.ts';
import { createProgram } from '../../src/cli/program/program.ts';

class Reached extends Error {}

/** Returns the options with which the full CLI would run `status`. Returns undefined when the full CLI refuses, shows help, or runs anything else. */
async function byCommander(argv: readonly string[]): Promise<ReturnType<typeof readPlainStatus>> {
  let global: { readonly state?: string | undefined; readonly color: boolean } | undefined;
  const program = createProgram(
    (options) => {
      global = options;
      throw new Reached();
    },
    () => undefined,
  );
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  for (const command of [program, ...program.commands]) command.configureOutput(silent).exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof Reached || error instanceof CommanderError)) throw error;
  }
  const status = program.commands.find((command) => command.name() === 'status');
  const { output, watch } = (status?.opts() ?? {}) as { readonly output?: 'json'; readonly watch?: true };
  if (global === undefined || program.args[0] !== 'status' || watch === true || output === undefined) return undefined;
  return { global: { state: global.state, color: global.color }, output };
}

const words = [
  'status',
  '-o',
  '--output',
  'json',
  'table',
  'yaml',
  'wide',
  'xml',
  '--state',
  'there',
  '--no-color',
  '--watch',
  '--help',
  'job',
  '-w',
  '',
];

test('it never parses a command line differently from commander', async () => {
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 6 }), async (rest) => {
      for (const argv of [
        rest,
        ['status', ...rest],
        ['status', '-o', ...rest],
        ['-o', 'json', 'status', ...rest],
        ['--state', 'there', 'status', ...rest],
      ]) {
        const read = readPlainStatus(argv);
        if (read === undefined) continue;
        plain += 1;
        expect(read, argv.join(' ')).toEqual(await byCommander(argv));
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(plain, 'plain ones seen').toBeGreaterThan(200);
});

test.each([
  [['status'], { global: { state: undefined, color: true }, output: 'table' }],
  [['status', '-o', 'json', '--state', '/x'], { global: { state: '/x', color: true }, output: 'json' }],
  [['--no-color', '--state', 'x', 'status', '--output', 'wide'], { global: { state: 'x', color: false }, output: 'wide' }],
  [['status', '-w'], undefined],
  [['status', '-o', 'xml'], undefined],
  [['status', '--help'], undefined],
  [['status', '--state'], undefined],
  [['job', 'list'], undefined],
] as const)('%s', (argv, expected) => expect(readPlainStatus(argv)).toEqual(expected));
