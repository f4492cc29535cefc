import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from './fault/decode-text.ts';
import { parseYaml } from './fault/yaml-document.ts';
import { resolverFor } from './resolve-path.ts';
import { clusterFileSchema, stateFolderDefault } from './schema/cluster-schema.ts';

/**
 * Returns the state folder that a cluster file names, even when the rest of the file has faults, because `down` must always work. Throws when the
 * file cannot be read.
 */
export function stateFolderOf(clusterFile: string): string {
  const file = resolve(clusterFile);
  const { value } = parseYaml(decodeText(readFileSync(file)).text, clusterFileSchema);
  const named = (value as { readonly state?: unknown } | null | undefined)?.state;
  return resolverFor(file)(typeof named === 'string' && named !== '' ? named : stateFolderDefault);
}
