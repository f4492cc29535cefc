/**
 * Decides whether dist matches the sources. The stamp is a digest of the path, size and time of every source. An edit, an addition, a deletion and a
 * switch of branches each change the digest. The contents of the files are not read.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rooms } from '../rooms.mjs';
import { isBundleFresh, readBundleStamp } from './bundle-stamp.mjs';

export const bundlePath = (root) => join(root, 'dist', 'workflow-bundle.js');
export const statusBundlePath = (root) => join(root, 'dist', 'quick', 'quick-status.cjs');
export const workerBundlePath = (root) => join(root, 'dist', 'node-worker', 'worker.mjs');
const stampPath = (root) => join(root, 'dist', 'build-stamp');

/** These files are outside the rooms but also change the output of the build. */
const otherSources = [
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/rooms.mjs',
  'scripts/build.mjs',
  'scripts/bundle-status.mjs',
  'scripts/bundle-worker.mjs',
];

export function isBuilt(root) {
  try {
    if (readFileSync(stampPath(root), 'utf8') !== sourcesDigest(root) || !isBundleFresh(root)) return false;
  } catch {
    return false;
  }
  const bundles = [
    ...[bundlePath, statusBundlePath, workerBundlePath].map((path) => path(root)),
    ...readBundleStamp(root).files.map((file) => join(root, file)),
  ];
  return bundles.every((path) => existsSync(path)) && missingOutputs(root).length === 0;
}

/** Records a finished build. `digest` was computed before the build, so an edit made during the build triggers the next build. */
export const markBuilt = (root, digest) => writeFileSync(stampPath(root), digest);

export function sourcesDigest(root) {
  const hash = createHash('sha256');
  for (const path of [...sources(root), ...roomFiles(root).filter((file) => file.endsWith('tsconfig.json')), ...otherSources]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

export const outputOf = (source) => join('dist', source.replace(/\.ts$/, '.js'));
export const missingOutputs = (root) =>
  sources(root)
    .map(outputOf)
    .filter((path) => !existsSync(join(root, path)));

const sources = (root) => roomFiles(root).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const roomFiles = (root) => Object.keys(rooms).flatMap((room) => filesUnder(root, room));

/** Paths relative to the root, sorted. */
export function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}
