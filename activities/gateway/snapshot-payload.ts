import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { readTree } from '../../src/transport/copy/tree-manifest.ts';
import { leftoverAgeMs } from '../limits.ts';
import type { Home } from './home.ts';

/**
 * Copies the payload's folder to the payloads at home and returns its digest. The copy has a temporary name until its digest is checked, and is then
 * renamed to the digest. When a payload with this digest is already at home, its content is the same, and no file is copied.
 */
export async function snapshotPayload(named: string, home: Home, signal: AbortSignal): Promise<{ readonly digest: string }> {
  const folder = await realpath(named).catch(() => named);
  await refuseLinks(folder);
  const { digest } = await readTree(folder, signal);
  const target = home.payload(digest);
  if ((await stat(target).catch(() => undefined)) !== undefined) {
    // The time of a snapshot says when it was needed last (`tidyHome`).
    const now = new Date();
    await utimes(target, now, now);
    return { digest };
  }
  const copy = `${target}.${randomUUID()}.new`;
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(dirname(target));
  await cp(folder, copy, { recursive: true });
  const copied = await readTree(copy, signal);
  if (copied.digest !== digest) {
    await rm(copy, { recursive: true, force: true });
    throw new RingmasterError('sync.interrupted', {
      cannot: `take a snapshot of the payload ${folder}`,
      because: 'its files changed while they were copied',
      hint: { say: 'again when no build writes to the folder' },
    });
  }
  await rename(copy, target).catch(async (error: unknown) => {
    await rm(copy, { recursive: true, force: true });
    // Another pipeline with the same payload may have renamed its copy first. The target then has the same content.
    if ((await stat(target).catch(() => undefined)) === undefined) throw error;
  });
  return { digest };
}

/**
 * A digest covers regular files only. A link could also lead out of the folder, and its target would then be sent to every node. So a payload with a
 * link is refused by name.
 */
async function refuseLinks(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  throw new RingmasterError('config.invalid', {
    cannot: `take a snapshot of the payload ${folder}`,
    because: `${join(link.parentPath, link.name)} is a symbolic link, and a payload has only files and folders`,
    hint: { say: 'a copy of the file in place of the link' },
    fields: { folder },
  });
}

/** Removes copies that a gateway left behind when it died. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (name.endsWith('.new') && age > leftoverAgeMs) await rm(path, { recursive: true, force: true });
  }
}
