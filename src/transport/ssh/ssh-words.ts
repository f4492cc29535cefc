/**
 * The one table of the words by which SSH clients show an error. The client `ssh` exits with 255 for each error and gives no other code. It is not
 * translated, and runs with LC_ALL=C, because it also prints errors of the system. npm's ssh2 has codes for most errors; its words are here where it has
 * none. A group `host` is the host that the text names, because the text can be about a jump host.
 */
export type SshError =
  | 'busy'
  | 'host-key-revoked'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'authentication'
  | 'unknown-host'
  | 'other-host-key-type'
  | 'other-algorithms'
  | 'forward-refused';

/** The order decides when a text shows several errors. The words that name a host come first. */
const table: Readonly<Record<SshError, readonly RegExp[]>> = {
  // sshd sends these words instead of its name. ssh shows them only with -v.
  busy: [/(?<what>Exceeded MaxStartups)/, /(?<what>Not allowed at this time)/],
  'host-key-revoked': [/host key for (?<host>\S+) is marked as revoked/i, /REVOKED HOST KEY DETECTED/, /Host key \S+ \S+ revoked by file/i],
  // ssh also prints these words when known_hosts has only keys of other types for the host.
  'host-key-changed': [/host key for (?<host>\S+) has changed and you have requested/i, /HOST IDENTIFICATION HAS CHANGED/],
  'host-key-unknown': [/No \S+ host key is known for (?<host>\S+) and you have requested/i, /Host key verification failed/],
  authentication: [/Permission denied \(/, /Too many authentication failures/],
  'unknown-host': [/Could not resolve hostname (?<host>\S+): (?<why>.*)/i],
  'other-host-key-type': [/no matching host key format/i], // ssh2
  'other-algorithms': [/no matching (?<what>key exchange algorithm|.*cipher|.*MAC)/i], // ssh2
  'forward-refused': [/^Unable to bind/], // ssh2
};
const names = Object.keys(table) as readonly SshError[];

/** Returns the named groups of the words of an error, or undefined when a text does not show the error. */
export function sshErrorIn(text: string, error: SshError): Readonly<Record<string, string>> | undefined {
  const found = table[error].map((words) => words.exec(text)).find((match) => match !== null);
  return found === undefined || found === null ? undefined : { ...found.groups };
}

/** Returns the first of these errors that a text shows. */
export const firstSshErrorIn = <Among extends SshError>(text: string, among: readonly Among[]): Among | undefined =>
  (names as readonly Among[]).find((error) => among.includes(error) && sshErrorIn(text, error) !== undefined);
