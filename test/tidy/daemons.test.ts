/**
 * Tests that docs/daemons.md names every daemon of the catalogue, says what its stop stops, and names tests that exist. Tests that only the manager
 * starts the workflow of a daemon.
 */
import { expect, test } from 'vitest';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { graphFaults } from '../../src/domain/daemon/graph.ts';
import { wakes } from '../../src/domain/event/subscriptions.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const page = readRepositoryFile('docs/daemons.md');
const [, stops = '', types = ''] = page.split(/^## (?:What a stop stops|The daemons of the system before)$/m);
const rowsOf = (section: string): readonly (readonly string[])[] =>
  section
    .split('\n')
    .filter((line) => /^\| [A-Z]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

test('the catalogue has no fault', () => expect(graphFaults(daemonRows)).toEqual([]));

test('each daemon that events wake is in the catalogue', () => {
  expect(Object.keys(wakes).filter((id) => !daemonRows.some((row) => row.id === id))).toEqual([]);
});

test('the page says what the stop of each daemon stops', () => {
  expect(rowsOf(stops).map(([, id]) => id)).toEqual(expect.arrayContaining(daemonRows.map(({ id }) => id)));
});

test('the page has the 85 types, and each duty that is done names a test that exists', () => {
  const rows = rowsOf(types);
  const files = new Set(repositoryFiles());
  expect(rows).toHaveLength(85);
  const isOpen = (where: string): boolean => where === 'later' || where === 'not wanted';
  expect(rows.filter(([, , where = '', , file = '']) => (isOpen(where) ? file !== '' : !files.has(file))).map(([, id]) => id)).toEqual([]);
  const named = rows.flatMap(([, , where = '']) => /^daemon (\w+)$/.exec(where)?.[1] ?? []);
  expect(named.filter((id) => !daemonRows.some((one) => one.id === id))).toEqual([]);
});

/** The sources outside the room of the duties that may name a daemon which works in rounds, with what they say about it. */
const tablesThatName: Readonly<Record<string, string>> = {
  'src/domain/daemon/graph.ts': 'the order of the start',
  'src/domain/event/subscriptions.ts': 'the events that wake it',
  'src/domain/pipeline/stages.ts': 'the stage that waits for it',
  'workflows/stage/distribute.ts': 'the stage that waits for it, and wakes it',
};

/** Returns the sources that name the daemon in a string or as a key. The actor of an event is no such name. */
const sourcesThatName = (id: string): readonly string[] => {
  const name = new RegExp(`(?<!\\b(?:actor|by)(?::| =) )'${id}'|^ *${id}:`, 'm');
  return repositoryFiles().filter((file) => /^(?:src|workflows|activities|workers)\/.*\.ts$/.test(file) && name.test(readRepositoryFile(file)));
};

test('a built-in daemon costs three places: its row, its duty and a test of the duty', () => {
  const tests = repositoryFiles().filter((file) => /^test\/(?:unit|storage|story)\/.*\.test\.ts$/.test(file));
  const costs = daemonRows
    .filter(({ executor }) => executor === 'round')
    .map(({ id }) => {
      const [catalogue, ...others] = sourcesThatName(id).filter((file) => !(file in tablesThatName));
      const tested = tests.some((file) => readRepositoryFile(file).includes(id));
      return { id, catalogue, tested, others: others.filter((file) => !file.startsWith('src/duty/')) };
    });
  expect(costs).toEqual(costs.map(({ id }) => ({ id, catalogue: 'src/duty/catalogue.ts', tested: true, others: [] })));
  expect(costs.length).toBeGreaterThan(10);
});

/** A start of the workflow `daemon`, in each form in which a program can start a workflow. */
const startsDaemon = /\b(?:start\w*|execute\w*|signalWithStart)(?:<[^<>]*>)?\(\s*'daemon'|\btype: 'daemon'/;

test('only the manager starts the workflow of a daemon', () => {
  const sources = repositoryFiles().filter((file) => /^(?:src|workflows|activities|workers|bin|scripts)\/.*\.(?:ts|mjs)$/.test(file));
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((file) => startsDaemon.test(readRepositoryFile(file)))).toEqual(['workflows/isolate/start-daemons.ts']);
  expect(sources.filter((file) => readRepositoryFile(file).includes('/start-daemons.ts'))).toEqual([
    'workflows/entity/daemon-manager.ts',
    'workflows/isolate/starts-apart.ts',
  ]);
});

test.each([
  "await startChildOnce<DaemonInput>('daemon', start, input)",
  "await client.workflow.start('daemon', { workflowId })",
  "await client.workflow.signalWithStart('daemon', { workflowId })",
  "await executeChild(\n  'daemon',",
  "[{ type: 'daemon', workflowId }]",
])('a start is seen: %s', (source) => expect(startsDaemon.test(source)).toBe(true));
