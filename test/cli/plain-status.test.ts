/**
 * The quick entry of `status` parses a command line without commander. Commander must parse each command line that the quick entry accepts in the
 * same way.
 */
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
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
  const named = (of: { readonly commands: readonly CommandUnknownOpts[] }, name: string) => of.commands.find((command) => command.name() === name);
  const daemon = named(program, 'daemon');
  const isList = program.args[0] === 'daemon' && daemon?.args[0] === 'list';
  const verb = program.args[0] === 'status' ? 'status' : isList ? 'daemon list' : undefined;
  const command = isList && daemon !== undefined ? named(daemon, 'list') : named(program, 'status');
  const { output, watch } = (command?.opts() ?? {}) as { readonly output?: 'json'; readonly watch?: true };
  if (global === undefined || verb === undefined || watch === true || output === undefined) return undefined;
  return { verb, global: { state: global.state, color: global.color }, output };
}

const words = [
  'status',
  'daemon',
  'list',
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
        ['daemon', 'list', ...rest],
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
  [['status'], { verb: 'status', global: { state: undefined, color: true }, output: 'table' }],
  [['status', '-o', 'json', '--state', '/x'], { verb: 'status', global: { state: '/x', color: true }, output: 'json' }],
  [['--no-color', '--state', 'x', 'status', '--output', 'wide'], { verb: 'status', global: { state: 'x', color: false }, output: 'wide' }],
  [['daemon', 'list', '-o', 'json'], { verb: 'daemon list', global: { state: undefined, color: true }, output: 'json' }],
  [['daemon', '-o', 'json', 'list'], undefined],
  [['list'], undefined],
  [['status', '-w'], undefined],
  [['status', '-o', 'xml'], undefined],
  [['status', '--help'], undefined],
  [['status', '--state'], undefined],
  [['job', 'list'], undefined],
] as const)('%s', (argv, expected) => expect(readPlainStatus(argv)).toEqual(expected));
