/**
 * Stores files at home by content, as `data/blobs/<sha256>`. A blob is written under a temporary name, synced and then renamed, so it is never
 * partial.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RingmasterError } from '../../domain/failure/error.ts';

export interface StoredBlob {
  readonly sha256: string;
  readonly bytes: number;
}

/** Writes the chunks as one blob, and returns its sha256 and size. */
export async function storeBlob(folder: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StoredBlob> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.incoming-${randomUUID()}`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const sha256 = hash.digest('hex');
    await rename(temporary, join(folder, sha256));
    await syncFolder(folder);
    return { sha256, bytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw blobFailure(error, folder);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function blobFailure(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || (error.code !== 'ENOSPC' && error.code !== 'EDQUOT')) return error;
  return new RingmasterError('ledger.disk-full', {
    cannot: `write a blob in ${folder}`,
    because: 'its disk is full',
    hint: { say: 'freeing space on that file system; the write is repeated automatically' },
    fields: { folder },
    cause: error,
  });
}
