/**
 * Tests that the program accepts each `ringmaster …` command line in the strings of the sources and in the documents: the verb, the options and the
 * number of arguments.
 */
import type { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program/program.ts';
import { routes } from '../../src/contract/routes.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';
import { sourceStrings } from '../support/source-strings.ts';

const refuse = (): never => {
  throw new Error('no verb runs in this test');
};
const program = createProgram(refuse, refuse) as unknown as Command;

/** Says whether a word is a placeholder for a value: `{node}`, `${x}` of a template, `<id>` or `NAME`. */
const isPlaceholder = (word: string): boolean => /[{<]/.test(word) || /^[A-Z_]+(?:\.\.\.)?$/.test(word);

/**
 * Returns why the program would refuse the words after `ringmaster`, or undefined if the program accepts them. With `mention`, a verb may
 * stand without its arguments.
 */
function refusal(words: readonly string[], mention: boolean, command: Command = program): string | undefined {
  const [first = '', ...rest] = words;
  if (command.commands.length > 0 && !first.startsWith('-')) {
    if (first === '') return command === program ? 'no verb' : mention ? undefined : `no verb of ${command.name()}`;
    const fitting = command.commands.filter((one) => isPlaceholder(first) || one.name() === first);
    if (fitting.length === 0) return `no verb ${[...pathOf(command), first].join(' ')}`;
    const refusals = fitting.map((one) => refusal(rest, mention, one));
    return refusals.includes(undefined) ? undefined : refusals[0];
  }
  return refusalOfArguments(words, mention, command);
}

/** The commands of the Temporal CLI. `ringmaster temporal` gives it every word, so Ringmaster knows no option of these lines. */
const temporalCommands = new Set(['workflow', 'operator', 'task-queue', 'activity', 'server', 'schedule', 'batch', 'env', 'config', 'worker']);

function refusalOfTemporal([first = '', second = '']: readonly string[], mention: boolean): string | undefined {
  if (first === '') return mention ? undefined : 'temporal needs a command of the Temporal CLI';
  if (first.startsWith('-') || isPlaceholder(first)) return undefined;
  if (!temporalCommands.has(first)) return `temporal: the Temporal CLI has no command ${first}`;
  return second === '' && !mention ? `temporal ${first} needs a command` : undefined;
}

function refusalOfArguments(words: readonly string[], mention: boolean, command: Command): string | undefined {
  if (command.name() === 'temporal') return refusalOfTemporal(words, mention);
  const name = pathOf(command).join(' ');
  const values: string[] = [];
  let at = 0;
  for (; at < words.length && words[at] !== '--'; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      values.push(word);
      continue;
    }
    if (word === '--help' || word === '-h' || (word === '--version' && command === program)) return undefined;
    const [flag = '', inline] = word.split('=');
    const option = [...command.options, ...program.options].find((one) => one.long === flag || one.short === flag);
    if (option === undefined) return `${name} has no option ${flag}`;
    if (!option.required && !option.optional) continue;
    const value = inline ?? words[(at += 1)];
    if (value === undefined) return `option ${flag} of ${name} needs a value`;
    const wrong = refusalOfValue(option, value);
    if (wrong !== undefined) return `option ${flag} of ${name}: ${wrong}`;
  }
  values.push(...words.slice(at + 1));
  const { registeredArguments: wanted } = command;
  if (values.length > wanted.length && wanted.at(-1)?.variadic !== true) return `${name} takes ${wanted.length} arguments, not ${values.length}`;
  const needed = wanted.filter((one) => one.required).length;
  if (values.length < needed && !(mention && words.length === 0)) return `${name} needs ${needed} arguments, not ${values.length}`;
  return undefined;
}

function refusalOfValue(option: Option, value: string): string | undefined {
  if (isPlaceholder(value)) return undefined;
  try {
    option.parseArg?.(value, undefined);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const pathOf = (command: Command): readonly string[] => (command.parent === null ? [] : [...pathOf(command.parent), command.name()]);

/** Matches whatever ends a command line within a text. */
const ends = /[`'",;·()|&#→…]|\. |\.$|: | – /;
/** Matches `ringmaster` and the words after it. Temporal's task queue is also named `ringmaster`, and is not matched. */
const spelled = /(?<![\w./@-])(?<!--task-queue )(?:bin\/)?ringmaster (?=[a-z<{-])([^\n]*)/g;
const quotedValue = /"[^"]*"|'[^']*'/g;

/** Returns the command lines in a text. Each command line consists of the words after `ringmaster`. */
function commandLines(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(spelled)]
    .map(([, rest = '']) => (rest.replaceAll(quotedValue, '{}').split(ends)[0] ?? '').split(/\s+/).filter((word) => word !== ''))
    .filter(([first = '']) => !first.includes('/'));
}

/** Returns the faults of the command lines in a text. With `mention`, a verb may stand without its arguments. */
const faultsOf = (text: string, mention = true): readonly string[] =>
  commandLines(text).flatMap((words) => {
    const why = refusal(words, mention);
    return why === undefined ? [] : [`ringmaster ${words.join(' ')}: ${why}`];
  });

const files = repositoryFiles();
const faultsIn = (paths: readonly string[], read: (text: string) => readonly string[]): readonly string[] =>
  paths.flatMap((path) => read(readRepositoryFile(path)).map((fault) => `${path}: ${fault}`));

describe('every command line is one that the program accepts', () => {
  test('in the strings of the sources', () => {
    const sources = files.filter((path) => /^(src|workflows|activities|workers|scripts|bench|examples)\/.*\.(ts|mjs)$/.test(path));
    const read = (source: string): readonly string[] =>
      source.includes('ringmaster') ? sourceStrings(source).flatMap(({ text, property }) => faultsOf(text, property !== 'run')) : [];
    expect(faultsIn(sources, read)).toEqual([]);
  });

  test('in the documents', () => {
    const documents = files.filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md');
    // A code block of a document is meant to be run, so its command lines must be complete.
    const read = (text: string): readonly string[] => text.split('```').flatMap((part, index) => faultsOf(part, index % 2 === 0));
    expect(faultsIn(documents, read)).toEqual([]);
  });

  test('in the table of routes', () => {
    expect(Object.values(routes).flatMap((route) => ('verb' in route ? faultsOf(`ringmaster ${route.verb}`) : []))).toEqual([]);
  });
});

test('a wrong verb, option, value or number of arguments is found', () => {
  expect(faultsOf('try ringmaster queue list --only pending, or `ringmaster explain {item}`; see ringmaster --help')).toEqual([]);
  expect(faultsOf('ringmaster queue')).toEqual([]);
  expect(faultsOf('ringmaster queue', false)).toEqual(['ringmaster queue: no verb of queue']);
  expect(faultsOf('`ringmaster queue --pipeline cf`')).toEqual(['ringmaster queue --pipeline cf: queue has no option --pipeline']);
  expect(faultsOf('ringmaster nodes list')).toEqual(['ringmaster nodes list: no verb nodes']);
  expect(faultsOf('ringmaster node shew b')).toEqual(['ringmaster node shew b: no verb node shew']);
  expect(faultsOf('ringmaster explain a b')).toEqual(['ringmaster explain a b: explain takes 1 arguments, not 2']);
  expect(faultsOf('ringmaster job logs', false)).toEqual(['ringmaster job logs: job logs needs 1 arguments, not 0']);
  expect(faultsOf('ringmaster status -o xml')).toHaveLength(1);
  expect(faultsOf('ringmaster node {} {} --force')).toEqual([]);
  expect(faultsOf('bin/ringmaster down --purge')).toEqual([]);
  expect(faultsOf('ringmaster temporal workflow start --task-queue ringmaster --type job', false)).toEqual([]);
  expect(faultsOf('ringmaster temporal workflows list')).toHaveLength(1);
});

test('the command has one spelling; the README puts it on PATH, and the demo decides at run time', () => {
  const allowed = ['README.md', 'docs/cli.md', 'src/cli/context/command-name.ts', 'src/cli/verb/completion.ts'];
  const spelledWithBin = (text: string): readonly string[] => text.match(/bin\/ringmaster [a-z]/g) ?? [];
  const read = (text: string): readonly string[] => spelledWithBin(text);
  expect(
    faultsIn(
      files.filter((path) => /^(src|workflows|activities|workers|docs|examples)\//.test(path) && !allowed.includes(path)),
      read,
    ),
  ).toEqual([]);
  expect(sourceStrings("const a = { run: `x ${b} y`, say: 'z' }; // 'not this'")).toEqual([
    { text: 'x {} y', property: 'run' },
    { text: 'z', property: 'say' },
  ]);
});
