import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RingmasterError } from '../../src/domain/failure.ts';
import { readTree } from '../../src/transport/tree-manifest.ts';
import type { Home } from './home.ts';

/** Copies the folder beside, checks that the copy is what was read, and renames it to its digest. What is there already is that content. */
export async function snapshotPayload(folder: string, home: Home, signal: AbortSignal): Promise<{ readonly digest: string }> {
  const { digest } = await readTree(folder, signal);
  const target = home.payload(digest);
  if ((await stat(target).catch(() => undefined)) !== undefined) return { digest };
  const copy = `${target}.${process.pid}.new`;
  await mkdir(dirname(target), { recursive: true });
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true, dereference: true });
  const copied = await readTree(copy, signal);
  if (copied.digest !== digest) {
    await rm(copy, { recursive: true, force: true });
    throw new RingmasterError('sync.interrupted', {
      cannot: `take a snapshot of the payload ${folder}`,
      because: 'its files changed while they were copied',
      hint: 'again when nobody builds there',
    });
  }
  await rename(copy, target);
  return { digest };
}
