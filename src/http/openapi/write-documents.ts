/**
 * `node dist/src/http/openapi/write-documents.js docs` writes the generated pages of docs/, and the rule file of deploy/ beside it. A tidy test fails when these files are outdated.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonGuide } from './daemon-guide.ts';
import { eventGuide } from './event-guide.ts';
import { httpGuide } from './http-guide.ts';
import { metricsGuide } from '../metrics/metrics-guide.ts';
import { prometheusRules } from '../metrics/prometheus-rules.ts';
import { openApiDocument } from './document.ts';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node dist/src/http/openapi/write-documents.js docs');
  process.exit(2);
}
writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
writeFileSync(join(folder, 'http.md'), httpGuide());
writeFileSync(join(folder, 'events.md'), eventGuide());
writeFileSync(join(folder, 'metrics.md'), metricsGuide());
writeFileSync(join(folder, 'daemon-registry.md'), daemonGuide());
writeFileSync(join(folder, '../deploy/prometheus/ringmaster.rules.yml'), prometheusRules());
