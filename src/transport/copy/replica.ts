import { readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyLimits } from '../limits.ts';
import { parseSums } from './parse-sums.ts';
import type { TreeManifest } from './tree-manifest.ts';

/**
 * A replica folder at home. `current` is a link to `v/<digest>`. The checksums of a version are in `v/.manifest.<digest>`. `incoming` is the next
 * version while it is fetched.
 */

/** A pull that received wrong bytes leaves this file. The next pull then fetches every file again and reuses none from `current`. */
const distrustMark = '.distrust';

/** Returns the digest of the current version, or undefined when there is no current version yet. */
export async function currentVersion(replica: string): Promise<string | undefined> {
  const link = await readlink(join(replica, 'current')).catch(() => undefined);
  return link?.startsWith('v/') === true ? link.slice(2) : undefined;
}

const manifestFile = (replica: string, version: string): string => join(replica, 'v', `.manifest.${version}`);

export const writeManifest = (replica: string, { digest, text }: TreeManifest): Promise<void> => writeFile(manifestFile(replica, digest), text);

/** Returns path → sha256 of a version's files. The map is empty when the version has no manifest. */
export async function readManifest(replica: string, version: string): Promise<Map<string, string>> {
  const text = await readFile(manifestFile(replica, version), 'utf8').catch(() => '');
  return parseSums(text);
}

export const distrust = (replica: string): Promise<void> => writeFile(join(replica, distrustMark), '');

export const isDistrusted = (replica: string): Promise<boolean> =>
  stat(join(replica, distrustMark)).then(
    () => true,
    () => false,
  );

/**
 * Renames `incoming` to the version `digest`, and then makes this version the current one by a rename. Then removes the oldest versions and the
 * distrust mark.
 */
export async function publish(replica: string, incoming: string, digest: string): Promise<void> {
  const version = join(replica, 'v', digest);
  await rm(version, { recursive: true, force: true });
  await rename(incoming, version);
  const now = new Date();
  await utimes(version, now, now);
  await rm(join(replica, '.current'), { force: true });
  await symlink(`v/${digest}`, join(replica, '.current'));
  await rename(join(replica, '.current'), join(replica, 'current'));
  await rm(join(replica, distrustMark), { force: true });
  const versions = await Promise.all(
    (await readdir(join(replica, 'v')))
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => ({ name, at: (await stat(join(replica, 'v', name))).mtimeMs })),
  );
  for (const { name } of versions.sort((a, b) => b.at - a.at).slice(copyLimits.pulledVersionsKept)) {
    await rm(join(replica, 'v', name), { recursive: true, force: true });
    await rm(manifestFile(replica, name), { force: true });
  }
}
