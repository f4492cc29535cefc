/** Puts payloads, inputs and datasets where the product looks for them at home, for items that stand alone. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readTree } from '../../../src/transport/copy/tree-manifest.ts';
import type { LiveCluster } from '../../support/live-cluster.ts';
import { sha256 } from '../../support/sha256.ts';

/** As the activity `payloadTree` does for a pipeline. */
export async function placePayload(cluster: LiveCluster, folder: string, dataset = 'toy-payload') {
  const { digest } = await readTree(folder);
  const target = join(cluster.state, 'data/payloads', digest);
  if (!existsSync(target)) cpSync(folder, target, { recursive: true });
  return { dataset, digest };
}

export function placeInput(cluster: LiveCluster, name: string, data: Buffer | string) {
  const digest = sha256(data);
  mkdirSync(join(cluster.state, 'data/blobs'), { recursive: true });
  writeFileSync(join(cluster.state, 'data/blobs', digest), data);
  return { name, sha256: digest, bytes: Buffer.byteLength(data) };
}

/** Adds to the cluster file; before `up`. */
export function addToFile(cluster: LiveCluster, more: Readonly<Record<string, unknown>>): void {
  writeFileSync(cluster.file, stringify({ ...(parse(readFileSync(cluster.file, 'utf8')) as object), ...more }));
}

/** Paths of the files below a folder, sorted; none when it is not there. */
export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)]))
        .toSorted()
    : [];
