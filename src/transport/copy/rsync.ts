import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { RingmasterError, type FailureCode } from '../../domain/failure/failure.ts';
import { killGroup } from '../../process/kill-group.ts';
import { quoteAll } from '../quote.ts';

/** How rsync and tar reach the node: a command for `-e` (none for this machine), and the prefix of a path there. */
export interface Remote {
  readonly node: string;
  /** argv of the remote shell without the host; undefined: paths are here. Asking for it makes its control socket. */
  readonly shell?: readonly string[];
  readonly host?: string;
  /** The node's folder, absolute or relative to the login's home. */
  readonly folder: string;
}

export const remotePath = ({ host, folder }: Remote, path: string): string =>
  host === undefined ? `${folder}/${path}` : `${host.includes(':') ? `[${host}]` : host}:${folder}/${path}`;

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
export const rsyncIsHere = (): boolean => onPath('rsync');

/** Times are compared to the nanosecond: a file of the same size written again within a second is a different file. */
export const treeFlags: readonly string[] = ['-rtp', '--modify-window=-1'];

/** Runs rsync to its end. A killed or broken one leaves what it has, for the next. */
export async function rsync(remote: Remote, args: readonly string[], stdin: string | undefined, signal?: AbortSignal): Promise<void> {
  const shell = remote.shell === undefined ? [] : ['-e', quoteAll(remote.shell)];
  await runTransfer(remote.node, 'rsync', [...shell, '--protect-args', '--timeout=60', ...args], stdin, signal);
}

/** A shell pipeline here that has the command on the node at one end: `cat file | NODE`, `NODE | tar`. */
export async function pipeline(
  remote: Remote,
  script: { readonly before?: string; readonly there: string; readonly after?: string },
  stdin: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { shell, host } = remote;
  const there =
    shell === undefined || host === undefined
      ? quoteAll(['sh', '-c', script.there])
      : quoteAll([...shell, host, `exec sh -c ${quoteAll([script.there])}`]);
  // pipefail by hand: POSIX has none. The first command that fails says so on fd 3 and decides.
  const parts = [script.before, there, script.after].flatMap((part) => (part === undefined ? [] : [`{ { ${part}; } 3>&- || echo bad >&3; }`]));
  await runTransfer(remote.node, 'sh', ['-c', `bad=$( { ${parts.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`], stdin, signal);
}

/** A program that moves data; its failure becomes a code. Ended with its whole group on abort. */
export function runTransfer(node: string, program: string, args: readonly string[], stdin: string | undefined, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelled(node));
    // No terminal (a group of its own) and no window either: what a jump host's ssh would ask is refused.
    const env = { ...process.env, SSH_ASKPASS_REQUIRE: 'never' };
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true, env });
    let stderr = '';
    const abort = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4_000)));
    child.stdin.on('error', () => undefined); // The program ended first; its exit code says why.
    child.stdin.end(stdin ?? '');
    child.on('error', (cause) => {
      reject(
        new RingmasterError('transport.no-shell-tool', {
          cannot: `copy between home and ${node}`,
          because: `${program} cannot be run here (${cause.message})`,
          hint: `installing ${program}`,
          cause,
        }),
      );
    });
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      if (code === 0) resolve();
      else if (signal?.aborted === true) reject(cancelled(node));
      else reject(transferFailure(node, program, code, killedBy, stderr));
    });
  });
}

const cancelled = (node: string): RingmasterError =>
  new RingmasterError('job.cancelled', {
    cannot: `copy between home and ${node}`,
    because: 'it was cancelled',
    hint: 'again when you want it: it goes on where it stopped',
    fields: { node },
  });

export function transferFailure(node: string, program: string, code: number | null, killedBy: string | null, stderr: string): RingmasterError {
  const [failure, hint] = killedBy === null ? classify(stderr) : interrupted;
  const said = stderr.trim().split('\n').slice(-4).join('; ').slice(0, 600);
  return new RingmasterError(failure, {
    cannot: `copy between home and ${node}`,
    because: `${program} ${killedBy === null ? `ended with ${code}` : `was killed (${killedBy})`}${said === '' ? '' : `: ${said}`}`,
    hint,
    fields: { node },
  });
}

/** What Node's own file calls say, as the same codes. */
export function copyFailure(node: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RingmasterError || !('code' in error)) return error;
  const known = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(String(error.code));
  if (!known) return error;
  const [failure, hint] = classify(error.message);
  return new RingmasterError(failure, { cannot: `copy between home and ${node}`, because: error.message, hint, fields: { node }, cause: error });
}

const interrupted = ['sync.interrupted', 'again in a moment: it goes on where it stopped'] as const;

/** The first that fits decides: a full disk often breaks the connection as well. */
const signs: readonly (readonly [RegExp, FailureCode, string])[] = [
  [
    /No space left on device|ENOSPC|quota exceeded|EDQUOT/i,
    'sync.disk-full',
    'freeing space there: what arrived so far is kept and the next try goes on',
  ],
  [/Host key verification failed|REMOTE HOST IDENTIFICATION/, 'transport.host-key-changed', '`ringmaster doctor`'],
  [/Permission denied \((?:publickey|password|keyboard)/, 'transport.authentication', 'the identity file in the cluster file'],
  [/Permission denied|EACCES|EPERM|EROFS|Read-only file system|Operation not permitted/, 'sync.permission', 'the owner and mode of the folder named'],
  [
    /Connection refused|Connection timed out|No route to host|Could not resolve hostname|Network is unreachable/,
    'transport.unreachable',
    'again when it answers: `ringmaster doctor`',
  ],
  [/No such file or directory|ENOENT|vanished/, 'sync.source-missing', 'again when the source is complete'],
];

const classify = (text: string): readonly [FailureCode, string] => {
  const found = signs.find(([sign]) => sign.test(text));
  return found === undefined ? interrupted : [found[1], found[2]];
};
