/** The text of `docs/cluster.schema.json`, made from the zod schema. Editors complete and check the cluster file with it. */
import * as z from 'zod';
import { clusterFileSchema } from './cluster-schema.ts';

export function clusterJsonSchema(): string {
  const schema = z.toJSONSchema(clusterFileSchema, { io: 'input', target: 'draft-7' });
  return JSON.stringify({ title: 'Ringmaster cluster file', ...schema }, null, 2) + '\n';
}
