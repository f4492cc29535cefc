/** Tests that each event type is published somewhere, tested and documented. A type that nothing publishes would never be seen. */
import { expect, test } from 'vitest';
import { eventTypeNames } from '../../src/domain/event/event-types.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const naming = (pattern: RegExp): string =>
  repositoryFiles()
    .filter((file) => pattern.test(file))
    .map(readRepositoryFile)
    .join('\n');
const unnamed = (text: string): readonly string[] => eventTypeNames.filter((name) => !text.includes(`'${name}'`));

test('each type is published', () => {
  expect(unnamed(naming(/^(src\/(?!domain\/event|cli|http)|activities|workers)\/?.*\.ts$/))).toEqual([]);
});

test('each type is in docs/events.md', () => {
  const guide = readRepositoryFile('docs/events.md');
  expect(eventTypeNames.filter((name) => !guide.includes(`| \`${name}\` |`))).toEqual([]);
});

test('a type that nothing names is found', () => {
  expect(unnamed(`publish(ledger, 'NODE_LOST', …)`)).toHaveLength(eventTypeNames.length - 1);
});
