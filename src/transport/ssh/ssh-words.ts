import { type SshError, sshErrorWords } from '../../domain/failure/program-words.ts';

const names = Object.keys(sshErrorWords) as readonly SshError[];

/** Returns the named groups of the words of an error, or undefined when a text does not show the error. */
export function sshErrorIn(text: string, error: SshError): Readonly<Record<string, string>> | undefined {
  const found = sshErrorWords[error].map((words) => words.exec(text)).find((match) => match !== null);
  return found === undefined || found === null ? undefined : { ...found.groups };
}

/** Returns the first of these errors that a text shows. */
export const firstSshErrorIn = <Among extends SshError>(text: string, among: readonly Among[]): Among | undefined =>
  (names as readonly Among[]).find((error) => among.includes(error) && sshErrorIn(text, error) !== undefined);
