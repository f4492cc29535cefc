import { type KeyRing, prove } from '../../contract/proof/key-ring.ts';
import { proofHeader } from '../../contract/proof/proof.ts';
import { argsOf, cannotProve, valuesOf, workflowIdOf } from './temporal-options.ts';

/** A signal that a command of the Temporal CLI sends. */
export interface CommandSignal {
  readonly workflowId: string;
  readonly runId: string | undefined;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A command as a cluster that requires a key can take it: the words for the Temporal CLI, or a signal that Ringmaster sends itself. */
export type ProvenCommand = { readonly words: readonly string[] } | { readonly signal: CommandSignal };

/** The commands that send something. A command that is not listed needs no proof, or nothing of ours takes it. */
const commands: Readonly<Record<string, (words: readonly string[], ring: KeyRing) => ProvenCommand>> = {
  'workflow start': (words, ring) => provenStart('workflow start', words, ring),
  'workflow execute': (words, ring) => provenStart('workflow execute', words, ring),
  'workflow signal': provenSignal,
  'workflow signal-with-start': () => {
    throw cannotProve(
      'workflow signal-with-start',
      'that command sends no headers',
      'ringmaster temporal workflow start, then ringmaster temporal workflow signal',
    );
  },
};

/**
 * Returns the command with the proof of the cluster's key. Leaves a command unchanged when it sends nothing that needs a proof, when it is not complete
 * (the CLI says what lacks), and when it has a proof already. Throws when the proof cannot be made.
 */
export function provenCommand(words: readonly string[], ring: KeyRing): ProvenCommand {
  const at = words.indexOf('workflow');
  const command = at < 0 ? '' : words.slice(at, at + 2).join(' ');
  const isAsking = words.includes('--help') || words.includes('-h');
  const prepare = isAsking || !Object.hasOwn(commands, command) ? undefined : commands[command];
  return prepare === undefined ? { words } : prepare(words, ring);
}

function provenStart(command: string, words: readonly string[], ring: KeyRing): ProvenCommand {
  const name = valuesOf(words, ['--type', '--name']).at(-1);
  if (name === undefined || words.some((word) => word.startsWith(`${proofHeader}=`) || word.startsWith(`--headers=${proofHeader}=`)))
    return { words };
  const proof = prove(ring, { kind: 'start', workflowId: workflowIdOf(command, words), name, args: argsOf(command, words, '--input') });
  return { words: [...words, '--headers', `${proofHeader}=${JSON.stringify(proof)}`] };
}

/** The Temporal CLI drops the headers of a signal (release 1.9.1), so Ringmaster sends the signal itself, and accepts only options that it can follow. */
function provenSignal(words: readonly string[]): ProvenCommand {
  const command = 'workflow signal';
  const name = valuesOf(words, ['--name', '--type']).at(-1);
  if (name === undefined) return { words };
  const workflowId = workflowIdOf(command, words);
  const foreign = words.find((word) => /^(--(query|address|namespace|profile|env|config-file|api-key|tls)\b|-q|-n)/.test(word));
  if (foreign !== undefined) throw cannotProve(command, `Ringmaster sends the signal itself and cannot follow ${foreign}`, 'the command without it');
  return { signal: { workflowId, runId: valuesOf(words, ['--run-id', '-r']).at(-1), name, args: argsOf(command, words, '--input') } };
}
