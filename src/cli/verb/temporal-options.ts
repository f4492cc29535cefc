/** Reads options of the Temporal CLI, as far as a proof needs them. */
import { readFileSync } from 'node:fs';
import { RingmasterError } from '../../domain/failure/error.ts';

/** The options whose next word is their value, whatever it looks like. */
const takesValue = /^(--(workflow-id|run-id|type|name|signal-name|signal-type|(signal-)?input(-file|-meta)?)|-[wri])$/;

/** Returns the values of an option in order: `--option value`, `--option=value`, and for a letter also `-ovalue`. */
export function valuesOf(words: readonly string[], names: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    if (takesValue.test(words[at - 1] ?? '')) return []; // The word is the value of the option before it.
    if (names.includes(word)) return words[at + 1] ?? [];
    const name = names.find((one) => word.startsWith(`${one}=`) || (!one.startsWith('--') && !word.startsWith('--') && word.startsWith(one)));
    return name === undefined ? [] : word.slice(name.length).replace(/^=/, '');
  });
}

/** Returns the arguments that a command sends. `input` names the option with the input. Throws when an argument is not plain JSON. */
export function argsOf(command: string, words: readonly string[], input: string): readonly unknown[] {
  if (words.some((word) => word === `${input}-base64` || word.startsWith(`${input}-base64=`)) || valuesOf(words, [`${input}-meta`]).length > 0) {
    throw cannotProve(command, `a proof is for JSON, and ${input}-base64 or ${input}-meta may say something else`, `${input} with JSON`);
  }
  const texts = valuesOf(words, input === '--input' ? ['--input', '-i'] : [input]);
  try {
    return [...texts, ...valuesOf(words, [`${input}-file`]).map((file) => readFileSync(file, 'utf8'))].map((text): unknown => JSON.parse(text));
  } catch (error) {
    throw cannotProve(command, `its input cannot be read: ${(error as Error).message}`, 'an input of JSON');
  }
}

/** Returns the one workflow id of a command. A proof is for one workflow. */
export function workflowIdOf(command: string, words: readonly string[]): string {
  const id = valuesOf(words, ['--workflow-id', '-w']).at(-1);
  if (id !== undefined && id !== '') return id;
  throw cannotProve(command, 'a proof is for one workflow id, and the command names none', '--workflow-id, and one command for each workflow');
}

export const cannotProve = (command: string, because: string, say: string): RingmasterError =>
  new RingmasterError('temporal.key-missing', {
    cannot: `run temporal ${command} with the proof of the key`,
    because,
    hint: { say },
    fields: { command },
  });
