import { RingmasterError } from '../../../domain/failure/error.ts';
import { idleSshLine } from '../../../domain/failure/program-words.ts';
import { quoteLimits, sshLimits } from '../../limits.ts';

/** Returns the failure when `ssh -G` cannot evaluate the user's configuration. It quotes the line of ssh that names the file and the line. */
export function configRefused(node: string, host: string, error: unknown): RingmasterError {
  const { code, killed, stderr = '' } = error as { readonly code?: unknown; readonly killed?: boolean; readonly stderr?: string };
  if (code === 'ENOENT')
    return new RingmasterError('transport.no-shell-tool', {
      cannot: `connect to node ${node}`,
      because: 'there is no program ssh on this machine',
      hint: { say: 'installing the OpenSSH client' },
      fields: { node },
      cause: error,
    });
  const lines = stderr.split('\n').flatMap((line) => (idleSshLine.test(line) ? [] : [line.trim()]));
  const quoted = lines.slice(0, quoteLimits.linesMax).join('; ').slice(0, quoteLimits.charsMax);
  const silent = killed === true ? `it did not end within ${sshLimits.resolveMsMax / 1_000} s` : 'it printed no reason';
  return new RingmasterError('transport.ssh-config', {
    cannot: `connect to node ${node}`,
    because: `ssh refuses its configuration for ${host}: ${quoted === '' ? silent : quoted}`,
    hint: { say: 'correcting the file that ssh names; this command then prints the settings', run: `ssh -G ${host}` },
    fields: { node, host },
    cause: error,
  });
}
