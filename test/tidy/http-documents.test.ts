/** Tests that the generated pages of docs/ and files of deploy/ match the tables from which they are made. */
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { daemonGuide } from '../../src/http/openapi/daemon-guide.ts';
import { eventGuide } from '../../src/http/openapi/event-guide.ts';
import { prometheusRules } from '../../src/http/metrics/prometheus-rules.ts';
import { metricsGuide } from '../../src/http/metrics/metrics-guide.ts';
import { httpGuide } from '../../src/http/openapi/http-guide.ts';
import { readRepositoryFile } from '../support/repository.ts';

test('the generated pages are current; else: node dist/src/http/openapi/write-documents.js docs', () => {
  expect(readRepositoryFile('docs/openapi.json')).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
  expect(readRepositoryFile('docs/http.md')).toBe(httpGuide());
  expect(readRepositoryFile('docs/events.md')).toBe(eventGuide());
  expect(readRepositoryFile('docs/metrics.md')).toBe(metricsGuide());
  expect(readRepositoryFile('docs/daemon-registry.md')).toBe(daemonGuide());
  expect(readRepositoryFile('deploy/prometheus/ringmaster.rules.yml')).toBe(prometheusRules());
});
