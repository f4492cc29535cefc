/** Reads the bytes of a cluster file. Only a regular file of a bounded size is read, so that no pipe and no device holds the reader. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { RingmasterError } from '../domain/failure/error.ts';
import { ownName } from '../system/own-user.ts';
import { decodeText } from './fault/decode-text.ts';
import { fileBytesMax } from './limits.ts';
import { lookAt } from './look-at.ts';

/** Returns the text of a cluster file, with a fault where its bytes are no UTF-8. `shown` is the file's name as the operator wrote it. */
export const readClusterFile = (path: string, shown: string): ReturnType<typeof decodeText> => decodeText(readClusterBytes(path, shown));

/** Returns the bytes of a cluster file. Throws `config.invalid` when they cannot be read. */
export function readClusterBytes(path: string, shown: string): Buffer {
  const refused = (because: string, say: string, cause?: unknown): RingmasterError =>
    new RingmasterError('config.invalid', { cannot: `read the cluster file ${shown}`, because, hint: { say }, fields: { file: shown }, cause });
  const seen = lookAt(path);
  const example = 'examples/cluster.demo.yaml as a start';
  switch (seen.kind) {
    case 'nothing':
      throw refused(`${path} is not there`, example);
    case 'folder':
      throw refused(`${path} is a folder`, `a file in it: ${shown.replace(/\/$/, '')}/cluster.yaml`);
    case 'pipe':
    case 'device':
      throw refused(`it is a ${seen.kind}, and not a file`, 'its text in a file, and the path of that file');
    case 'unread':
      throw refused(seen.what, seen.hint);
    case 'file':
  }
  let bytes: Buffer | undefined;
  try {
    bytes = readWhole(path, fileBytesMax);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw refused(`${ownName(process.env)} may not read ${path}`, `\`chmod u+r ${path}\` as the owner of the file`, error);
    throw refused(code === 'ENOENT' ? `${path} is not there` : message, example, error);
  }
  if (bytes === undefined) throw refused(`it is larger than ${fileBytesMax / 1024 / 1024} MiB, so it is no cluster file`, 'another file');
  return bytes;
}

/** Returns the bytes of a file, or undefined when it has more than `bytesMax`. The open of a pipe does not wait for a writer. */
function readWhole(path: string, bytesMax: number): Buffer | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is not a regular file');
    const chunks: Buffer[] = [];
    for (let total = 0; total <= bytesMax;) {
      const chunk = Buffer.alloc(64 * 1024);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
