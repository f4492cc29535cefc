import { quote } from '../../../base/quote.ts';
import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { idleSshLine } from '../../../domain/failure/program-words.ts';
import { quoteLimits, sshLimits } from '../../limits.ts';
import { sshErrorIn } from '../ssh-words.ts';
import { placeOfOption } from './config-files.ts';
import { variableRefused } from './option-refused.ts';

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
  const variable = variableRefused(node, host, stderr);
  if (variable !== undefined) return variable;
  if (sshErrorIn(stderr, 'unknown-host') !== undefined) {
    const place = placeOfOption(host, 'CanonicalDomains') ?? 'the configuration of ssh';
    return new RingmasterError('transport.unknown-host', {
      cannot: `connect to node ${node}`,
      because: `ssh cannot resolve ${host} in any of the CanonicalDomains (${place})`,
      hint: {
        say: `a name that ssh can reach, as ${clusterKey('ssh.host')} of the node in the cluster file`,
        run: `ssh ${quote(host)} true`,
      },
      fields: { node, host },
      cause: error,
    });
  }
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
