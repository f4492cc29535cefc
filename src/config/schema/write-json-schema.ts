/**
 * Writes the JSON schema of the cluster file: `node dist/src/config/schema/write-json-schema.js docs/cluster.schema.json`. A test in `test/config`
 * fails when the written file is outdated.
 */
import { writeFileSync } from 'node:fs';
import { clusterJsonSchema } from './json-schema.ts';

const file = process.argv[2];
if (file === undefined) {
  console.error('usage: node dist/src/config/schema/write-json-schema.js docs/cluster.schema.json');
  process.exit(2);
}
writeFileSync(file, clusterJsonSchema());
