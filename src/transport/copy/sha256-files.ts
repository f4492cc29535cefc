import { spawn } from 'node:child_process';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { cancelled } from '../cancelled.ts';
import { copyLimits } from '../limits.ts';
import { parseSums } from './parse-sums.ts';

/**
 * Returns path → sha256 (hex) of files below `root`. The system's sha256sum reads them in batches, which is as fast as the disk and does not block
 * our event loop. The names must not contain a newline or a backslash. (Several sha256sum processes share one pipe. Each writes whole lines, which it
 * would not do with -z.)
 */
export async function sha256Files(root: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const text = await new Promise<string>((resolve, reject) => {
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
    child.stdin.end(paths.map((path) => `${path}\0`).join(''));
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
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else {
        const because = Buffer.concat(err).toString('utf8').trim().slice(0, 500) || `sha256sum ended with ${code}`;
        reject(
          new RingmasterError('sync.source-missing', {
            cannot: `read the files of ${root}`,
            because,
            hint: { say: 'again when nothing changes there' },
          }),
        );
      }
    });
  });
  return parseSums(text);
}
