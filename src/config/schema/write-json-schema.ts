/** `node dist/src/config/schema/write-json-schema.js docs/cluster.schema.json`; `test/config` holds the file to be current. */
import { writeFileSync } from 'node:fs';
import { clusterJsonSchema } from './json-schema.ts';

const file = process.argv[2];
if (file === undefined) {
  console.error('usage: node dist/src/config/schema/write-json-schema.js docs/cluster.schema.json');
  process.exit(2);
}
writeFileSync(file, clusterJsonSchema());
