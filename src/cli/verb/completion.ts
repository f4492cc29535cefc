import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** The part of commander's Command that a completion needs. */
interface Verb {
  readonly name: () => string;
  readonly commands: readonly Verb[];
  readonly options: readonly { readonly long?: string | undefined }[];
}

/**
 * Prints the completion script. The words of the script come from the program tree, so the script is never out of date. zsh can read the script for
 * bash.
 */
export async function completion(context: Context, shell: string, program: Verb): Promise<ExitCode> {
  if (shell !== 'bash' && shell !== 'zsh')
    throw new VerbFailure('usage', {
      cannot: `complete for ${shell}`,
      because: 'only bash and zsh are known',
      hint: { run: 'ringmaster completion bash' },
    });
  const cases = [...casesOf(program, '')].map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`);
  context.out(`${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_ringmaster() {
  local path='' words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -*) ;; *) path="$path \${COMP_WORDS[at]}" ;; esac
  done
  case "\${path# }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ringmaster ringmaster bin/ringmaster ./bin/ringmaster`);
  return exitCode('ok');
}

function* casesOf(verb: Verb, path: string): Generator<[string, string[]]> {
  const options = verb.options.flatMap((option) => (option.long === undefined ? [] : [option.long]));
  yield [path, [...verb.commands.map((one) => one.name()), ...options, '--help']];
  for (const one of verb.commands) yield* casesOf(one, path === '' ? one.name() : `${path} ${one.name()}`);
}
