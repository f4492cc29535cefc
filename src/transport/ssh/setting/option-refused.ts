import { existsSync } from 'node:fs';
import { quote } from '../../../base/quote.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { idleSshLine, type SshOption, sshOptionWords, unsetVariableWords } from '../../../domain/failure/program-words.ts';
import { missingProgramIn } from '../../../domain/failure/system-error.ts';
import type { SshTarget } from '../ssh-config.ts';
import { sshErrorIn } from '../ssh-words.ts';
import { lineWithVariable, placeOf } from './config-files.ts';
import { hasAddress } from './has-address.ts';

/** The words about an option that cannot be honoured. `say` is the fix. */
interface Said {
  readonly option: string;
  readonly place: string;
  readonly because: string;
  readonly say: string;
}

/** Returns the failure when ssh cannot connect because of an option in the user's files. The sentence names the option, the file and the line. */
export async function optionRefused(node: string, target: SshTarget, stderr: string): Promise<RingmasterError | undefined> {
  const text = stderr
    .split('\n')
    .filter((line) => !idleSshLine.test(line))
    .join('\n');
  const said =
    ofWords(target, text) ?? ofVariable(target.name, text) ?? ofProxyCommand(target, text) ?? ofLogin(target, text) ?? (await ofFamily(target, text));
  return said === undefined ? undefined : failureOf(node, said, target.byHand);
}

/** Returns the failure when ssh cannot print its settings because a variable of the environment is not set. */
export function variableRefused(node: string, host: string, stderr: string): RingmasterError | undefined {
  const said = ofVariable(host, stderr);
  return said === undefined ? undefined : failureOf(node, said, `ssh -G ${quote(host)}`);
}

const failureOf = (node: string, { option, place, because, say }: Said, run: string): RingmasterError =>
  new RingmasterError('transport.ssh-option', {
    cannot: `connect to node ${node}`,
    because,
    hint: { say: `${say}, until this command works`, run },
    fields: { node, option, file: place },
  });

const placeIn = ({ name, changed }: SshTarget, option: string): string =>
  placeOf(name, option, changed[option.toLowerCase()] ?? '') ?? 'the configuration of ssh';

const options = Object.keys(sshOptionWords) as readonly SshOption[];

function ofWords(target: SshTarget, stderr: string): Said | undefined {
  for (const option of options) {
    const { groups } = sshOptionWords[option].exec(stderr) ?? {};
    // The ssh to a jump host prints the same words, and has the options of the jump host.
    if (groups === undefined || (target.via !== undefined && groups['peer'] !== 'UNKNOWN')) continue;
    const { offer, why = '' } = groups;
    const isSet = target.changed[option.toLowerCase()] !== undefined;
    const place = placeIn(target, option);
    if (offer === undefined)
      return { option, place, because: `ssh cannot honour ${option} (${place}): ${why}`, say: `another value of ${option} in ${place}, or none` };
    return isSet
      ? {
          option,
          place,
          because: `${option} (${place}) has no algorithm that the host has (${offer})`,
          say: `a value of ${option} in ${place} with one of the algorithms that the host has`,
        }
      : {
          option,
          place: '~/.ssh/config',
          because: `ssh uses none of the ${option} that the host has (${offer})`,
          say: `\`${option} +NAME\` under \`Host ${target.name}\` at the beginning of ~/.ssh/config, with the name of one of them`,
        };
  }
  return undefined;
}

function ofVariable(name: string, stderr: string): Said | undefined {
  const variable = unsetVariableWords.exec(stderr)?.groups?.['variable'];
  const line = variable === undefined ? undefined : lineWithVariable(name, variable);
  if (variable === undefined || line === undefined) return undefined;
  const { option, place } = line;
  return {
    option,
    place,
    because: `${option} (${place}) has the variable ${variable}, which is not set`,
    say: `a value of ${option} in ${place} without the variable, or starting Ringmaster with the variable`,
  };
}

function ofProxyCommand(target: SshTarget, stderr: string): Said | undefined {
  const isUsed = target.changed['proxycommand'] !== undefined && target.via === target.changed['proxycommand'];
  const [first = ''] = /^(?:exec )?(\S+)/.exec(target.via ?? '')?.slice(1) ?? [];
  const isThere = !first.startsWith('/') || existsSync(first);
  const program = isUsed ? (isThere ? missingProgramIn(stderr) : first) : undefined;
  if (program === undefined) return undefined;
  const place = placeIn(target, 'ProxyCommand');
  return {
    option: 'ProxyCommand',
    place,
    because: `ProxyCommand (${place}) finds no program ${program}`,
    say: `installing ${program} where ProxyCommand runs it, or another ProxyCommand in ${place}`,
  };
}

/** A login that offers no key is refused, because Ringmaster can give no password. */
function ofLogin(target: SshTarget, stderr: string): Said | undefined {
  if (target.via !== undefined || sshErrorIn(stderr, 'authentication') === undefined) return undefined;
  const { pubkeyauthentication, preferredauthentications } = target.changed;
  const isOff = ['no', 'false'].includes(pubkeyauthentication ?? '');
  const option = isOff ? 'PubkeyAuthentication' : 'PreferredAuthentications';
  if (!isOff && (preferredauthentications ?? 'publickey').split(',').includes('publickey')) return undefined;
  const place = placeIn(target, option);
  return {
    option,
    place,
    because: `with ${option} (${place}) ssh offers no key, and the host refused the login`,
    say: `removing ${option} from ${place}`,
  };
}

/** The name has an address, and none of the family that is asked for. */
async function ofFamily(target: SshTarget, stderr: string): Promise<Said | undefined> {
  const { addressfamily } = target.changed;
  const { host } = sshErrorIn(stderr, 'unknown-host') ?? {};
  if (addressfamily === undefined || host?.toLowerCase() !== target.host.toLowerCase() || !(await hasAddress(target.host))) return undefined;
  const place = placeIn(target, 'AddressFamily');
  return {
    option: 'AddressFamily',
    place,
    because: `AddressFamily ${addressfamily} (${place}) leaves no address of ${target.host}`,
    say: `\`AddressFamily any\` in ${place}`,
  };
}
