/** Tests that docs/openapi.json and docs/http.md match the table of routes, from which both are generated. */
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { eventGuide } from '../../src/http/openapi/event-guide.ts';
import { httpGuide } from '../../src/http/openapi/http-guide.ts';
import { readRepositoryFile } from '../support/repository.ts';

test('docs/openapi.json and docs/http.md are current; else: node dist/src/http/openapi/write-documents.js docs', () => {
  expect(readRepositoryFile('docs/openapi.json')).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
  expect(readRepositoryFile('docs/http.md')).toBe(httpGuide());
  expect(readRepositoryFile('docs/events.md')).toBe(eventGuide());
});
