import { spawn } from 'node:child_process';
import { RingmasterError, type FailureCode } from '../domain/failure.ts';

/** How rsync and tar reach the node: a command for `-e` (none for this machine), and the prefix of a path there. */
export interface Remote {
  readonly node: string;
  /** argv of the remote shell without the host; undefined: paths are here. */
  readonly shell?: readonly string[];
  readonly host?: string;
  /** The node's folder, absolute or relative to the login's home. */
  readonly folder: string;
}

export const remotePath = ({ host, folder }: Remote, path: string): string => (host === undefined ? `${folder}/${path}` : `${host}:${folder}/${path}`);

const quoteForE = (word: string): string => (/^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Runs rsync to its end. A killed or broken one leaves what it has in `.partial`, for the next. */
export async function rsync(remote: Remote, args: readonly string[], stdin: string | undefined, signal?: AbortSignal): Promise<void> {
  const shell = remote.shell === undefined ? [] : ['-e', remote.shell.map(quoteForE).join(' ')];
  await runTransfer(remote.node, 'rsync', [...shell, '--protect-args', '--timeout=60', ...args], stdin, signal);
}

/** A program that moves data; its failure becomes a sync.* code. Ended with its whole group on abort. */
export function runTransfer(node: string, program: string, args: readonly string[], stdin: string | undefined, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let stderr = '';
    const abort = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Ended by itself in the meantime.
      }
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4_000)));
    child.stdin.on('error', () => undefined); // The program ended first; its exit code says why.
    child.stdin.end(stdin ?? '');
    child.on('error', (cause) => reject(new RingmasterError('transport.no-shell-tool', { cannot: `copy between home and ${node}`, because: `${program} cannot be run here (${cause.message})`, hint: `installing ${program}`, cause })));
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      if (code === 0) resolve();
      else reject(transferFailure(node, program, code, killedBy, stderr));
    });
  });
}

export function transferFailure(node: string, program: string, code: number | null, killedBy: string | null, stderr: string): RingmasterError {
  const [failure, hint] = classify(stderr);
  const said = stderr.trim().split('\n').slice(-4).join('; ').slice(0, 600);
  return new RingmasterError(failure, {
    cannot: `copy between home and ${node}`,
    because: `${program} ${killedBy === null ? `ended with ${code}` : `was killed (${killedBy})`}${said === '' ? '' : `: ${said}`}`,
    hint,
    fields: { node },
  });
}

const classify = (stderr: string): readonly [FailureCode, string] => {
  if (/No space left on device|ENOSPC|Disk quota exceeded/.test(stderr)) return ['sync.disk-full', 'freeing space there: what arrived so far is kept and the next try goes on'];
  if (/Host key verification failed/.test(stderr)) return ['transport.host-key-changed', '`ringmaster doctor`'];
  if (/Permission denied \(/.test(stderr)) return ['transport.authentication', 'the identity file in the cluster file'];
  if (/Permission denied/.test(stderr)) return ['sync.permission', 'the owner and mode of the folder named'];
  return ['sync.interrupted', 'again in a moment: it goes on where it stopped'];
};
