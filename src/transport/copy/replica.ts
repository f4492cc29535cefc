import { readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyLimits } from '../limits.ts';
import type { TreeManifest } from './tree-manifest.ts';
import { discard, isThere, removeDiscarded } from './tree/discard.ts';
import { namesIn } from './tree/file-name.ts';
import { parseManifestLine } from './tree/manifest-line.ts';

/**
 * A replica folder at home. `current` is a link to `v/<digest>`. The manifest of a version is `v/.manifest.<digest>`. It is written before the version
 * gets its name and removed before the version is, so a version without a manifest is not whole. `incoming` is the next version while it is fetched.
 */

/** A pull that received wrong bytes leaves this file. The next pull then fetches every file again and reuses none from `current`. */
const distrustMark = '.distrust';

const versionsOf = (replica: string): string => join(replica, 'v');
const manifestFile = (replica: string, version: string): string => join(versionsOf(replica), `.manifest.${version}`);

/** Returns the digest of the current version, or undefined when there is no current version that is whole. */
export async function currentVersion(replica: string): Promise<string | undefined> {
  const link = await readlink(join(replica, 'current')).catch(() => undefined);
  return link?.startsWith('v/') === true ? link.slice(2) : undefined;
}

/** Returns whether the replica has the whole of a version. */
export const hasVersion = async (replica: string, version: string): Promise<boolean> =>
  (await isThere(join(versionsOf(replica), version))) && (await isThere(manifestFile(replica, version)));

/** Returns path → sha256 of a version's files. The map is empty when the version has no manifest. */
export async function readManifest(replica: string, version: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(manifestFile(replica, version)).catch(() => Buffer.alloc(0));
  return new Map(
    namesIn(text).flatMap((line) => {
      const entry = parseManifestLine(line);
      return entry === undefined ? [] : [[entry.path, entry.sha256]];
    }),
  );
}

export const distrust = (replica: string): Promise<void> => writeFile(join(replica, distrustMark), '');

export const isDistrusted = (replica: string): Promise<boolean> => isThere(join(replica, distrustMark));

/** Makes a version the current one by a rename. */
export async function makeCurrent(replica: string, version: string): Promise<void> {
  const now = new Date();
  await utimes(join(versionsOf(replica), version), now, now);
  await rm(join(replica, '.current'), { force: true });
  await symlink(`v/${version}`, join(replica, '.current'));
  await rename(join(replica, '.current'), join(replica, 'current'));
}

/**
 * Renames `incoming` to the version and makes this version the current one. Then removes the oldest versions and the distrust mark. A version with a time of
 * the future is from before the clock was set back, so it counts as the oldest.
 */
export async function publish(replica: string, incoming: string, { digest, text }: TreeManifest): Promise<void> {
  await removeVersion(replica, digest);
  await writeFile(manifestFile(replica, digest), text);
  await rename(incoming, join(versionsOf(replica), digest));
  await makeCurrent(replica, digest);
  await rm(join(replica, distrustMark), { force: true });
  await removeDiscarded(versionsOf(replica));
  const nowMs = Date.now();
  const others = await Promise.all(
    (await readdir(versionsOf(replica)))
      .filter((name) => !name.startsWith('.') && name !== digest)
      .map(async (name) => ({ name, at: (await stat(join(versionsOf(replica), name))).mtimeMs })),
  );
  const rank = ({ at }: { readonly at: number }): number => (at > nowMs ? 0 : at);
  for (const { name } of others.sort((a, b) => rank(b) - rank(a)).slice(copyLimits.pulledVersionsKept - 1)) await removeVersion(replica, name);
}

async function removeVersion(replica: string, version: string): Promise<void> {
  await rm(manifestFile(replica, version), { force: true });
  await discard(join(versionsOf(replica), version));
}
