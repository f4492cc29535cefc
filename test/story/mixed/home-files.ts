/** Puts payloads, inputs and datasets into the home folders in which the product expects them. Items without a pipeline need this. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readTree } from '../../../src/transport/copy/tree-manifest.ts';
import type { LiveCluster } from '../../support/live-cluster.ts';
import { sha256 } from '../../support/sha256.ts';

/** Copies the payload in the same way as the activity `payloadTree` does for a pipeline, and returns its tree. */
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

/** Adds keys to the cluster file. Call this before `up`. */
export function addToFile(cluster: LiveCluster, more: Readonly<Record<string, unknown>>): void {
  writeFileSync(cluster.file, stringify({ ...(parse(readFileSync(cluster.file, 'utf8')) as object), ...more }));
}

/** Returns the sorted paths of all files below a folder. Returns none if the folder does not exist. */
export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)]))
        .toSorted()
    : [];
