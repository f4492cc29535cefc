import { spawn } from 'node:child_process';
import { RingmasterError } from '../domain/failure.ts';

/** sha256 of many files below `root`, by the system's tool in batches: as fast as the disk, off our event loop. Answers path → hex. */
export async function sha256Files(root: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const text = await new Promise<string>((resolve, reject) => {
    const child = spawn('xargs', ['-0', '-n', '200', '-P', '2', 'sha256sum', '-z', '--'], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(paths.map((path) => `${path}\0`).join(''));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else reject(new RingmasterError('sync.source-missing', { cannot: `read the files of ${root}`, because: Buffer.concat(err).toString('utf8').trim().slice(0, 500) || `sha256sum ended with ${code}`, hint: 'again when nothing changes there' }));
    });
  });
  return new Map(text.split('\0').filter((entry) => entry !== '').map((entry) => [entry.slice(66), entry.slice(0, 64)]));
}
