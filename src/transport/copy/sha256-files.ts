import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { cancelled } from '../cancelled.ts';
import { copyLimits } from '../limits.ts';
import { bytesOf, isOdd, namesIn, placeOf, shownName } from './tree/file-name.ts';

/**
 * Returns path → sha256 (hex) of files below `root`. The system's sha256sum reads them in batches, which is as fast as the disk and does not block
 * our event loop. Several sha256sum processes share one pipe. Each writes whole lines, which it would not do with -z. So this process itself reads a
 * file whose name does not fit in a line.
 */
export async function sha256Files(root: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  const plain = paths.filter((path) => !isOdd(path));
  if (plain.length > 0) {
    // A name may begin with a dash or with anything else that a program reads as an option.
    for (const line of namesIn(await sumLines(root, plain, signal))) {
      if (/^[0-9a-f]{64} [ *]/.test(line)) sums.set(line.slice(66).replace(/^\.\//, ''), line.slice(0, 64));
    }
  }
  for (const path of paths) if (isOdd(path)) sums.set(path, await sumOf(root, path, signal));
  return sums;
}

async function sumOf(root: string, path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(placeOf(root, path)), hash, given({ signal }));
  } catch (error) {
    if (signal?.aborted === true) throw cancelled(`read the files of ${root}`);
    throw unreadable(root, `${shownName(path)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return hash.digest('hex');
}

function sumLines(root: string, paths: readonly string[], signal?: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: oneLocale(process.env), stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'], ...given({ signal }) };
    const child = spawn(
      'xargs',
      ['-0', '-n', String(copyLimits.sumBatchFiles), '-P', String(copyLimits.sumProcessesMax), 'sha256sum', '--'],
      options,
    );
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // xargs can end before it reads all names. Its exit status then reports the cause.
    child.stdin.end(bytesOf(paths.map((path) => `./${path}\0`).join('')));
    child.on('error', (cause) => {
      const cannot = `read the files of ${root}`;
      if (signal?.aborted === true) reject(cancelled(cannot));
      else
        reject(
          new RingmasterError('transport.no-shell-tool', {
            cannot,
            cause,
            because: `xargs and sha256sum cannot be run here (${cause.message})`,
            hint: { say: 'installing coreutils and findutils' },
          }),
        );
    });
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else {
        const said = Buffer.concat(err).toString('utf8').trim().slice(0, 500);
        reject(signal?.aborted === true ? cancelled(`read the files of ${root}`) : unreadable(root, said || `sha256sum ended with ${code}`));
      }
    });
  });
}

const unreadable = (root: string, because: string): RingmasterError =>
  new RingmasterError('sync.source-missing', { cannot: `read the files of ${root}`, because, hint: { say: 'again when nothing changes there' } });
