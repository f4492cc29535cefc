import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { lstat } from 'node:fs/promises';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { programStatus } from '../../domain/failure/system-error.ts';
import { killGroup } from '../../process/kill-group.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { cancelled } from '../cancelled.ts';
import { copyLimits } from '../limits.ts';
import { bytesOf, isOdd, namesIn, placeOf, shownName } from './tree/file-name.ts';
import { inBatches } from './tree/in-batches.ts';
import { notAFile, openFile } from './tree/open-file.ts';

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
    const file = await openFile(placeOf(root, path));
    await pipeline(file.createReadStream(), hash, given({ signal }));
  } catch (error) {
    if (signal?.aborted === true) throw cancelled(`read the files of ${root}`);
    throw unreadable(root, `${shownName(path)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return hash.digest('hex');
}

function sumLines(root: string, paths: readonly string[], signal?: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const cannot = `read the files of ${root}`;
    if (signal?.aborted === true) return reject(cancelled(cannot));
    const words = ['-0', '-n', String(copyLimits.sumBatchFiles), '-P', String(copyLimits.sumProcessesMax), 'sha256sum', '--'];
    // A group of its own: xargs leaves its sha256sum processes running when it is killed.
    const child = spawn('xargs', words, { cwd: root, env: oneLocale(process.env), stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let isQuiet = false;
    let special: string | undefined;
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const look = async (): Promise<void> => {
      special ??= await firstSpecial(root, paths, Buffer.concat(out));
      if (special !== undefined) kill();
    };
    // sha256sum waits for ever at a named pipe that took the place of a file after the tree was listed.
    const watch = setInterval(() => {
      if (isQuiet) void look();
      isQuiet = true;
    }, copyLimits.sumQuietMs);
    child.stdout.on('data', (chunk: Buffer) => {
      isQuiet = false;
      out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // xargs can end before it reads all names. Its exit status then reports the cause.
    child.stdin.end(bytesOf(paths.map((path) => `./${path}\0`).join('')));
    signal?.addEventListener('abort', kill, { once: true });
    const end = (): void => {
      clearInterval(watch);
      signal?.removeEventListener('abort', kill);
    };
    child.on('error', (cause) => {
      end();
      reject(noSumTool(root, cause.message, cause));
    });
    child.on('close', (code) => {
      end();
      if (code === 0) return resolve(Buffer.concat(out));
      if (signal?.aborted === true) return reject(cancelled(cannot));
      if (code === programStatus.notFound) return reject(noSumTool(root, 'xargs found no sha256sum'));
      const said = Buffer.concat(err).toString('utf8').trim().slice(0, 500);
      reject(unreadable(root, special === undefined ? said || `sha256sum ended with ${code}` : `${shownName(special)} ${notAFile}`));
    });
  });
}

/** Returns the first of the files that sha256sum may be reading and that is no file any more. These are the first ones without a line. */
async function firstSpecial(root: string, paths: readonly string[], printed: Buffer): Promise<string | undefined> {
  const done = new Set(namesIn(printed).map((line) => line.slice(66).replace(/^\.\//, '')));
  const read = paths.filter((path) => !done.has(path)).slice(0, copyLimits.sumBatchFiles * copyLimits.sumProcessesMax);
  const seen = await inBatches(read, async (path) => {
    const found = await lstat(placeOf(root, path)).catch(() => undefined);
    return found === undefined || found.isFile() ? [] : [path];
  });
  return seen.flat()[0];
}

const noSumTool = (root: string, why: string, cause?: unknown): RingmasterError =>
  new RingmasterError('transport.no-shell-tool', {
    cannot: `read the files of ${root}`,
    because: `xargs and sha256sum cannot be run here (${why})`,
    hint: { say: 'installing coreutils and findutils on this machine' },
    ...given({ cause }),
  });

const unreadable = (root: string, because: string): RingmasterError =>
  new RingmasterError('sync.source-missing', { cannot: `read the files of ${root}`, because, hint: { say: 'again when nothing changes there' } });
