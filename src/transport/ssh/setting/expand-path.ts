/** Expands a path of ssh_config as ssh does: `~`, the tokens of TOKENS in ssh_config(5), and `${VARIABLE}`. `ssh -G` prints some paths unexpanded. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { ownUid, passwordEntry } from '../../../system/own-user.ts';

export interface TokenSource {
  /** The name of the host as it was given to ssh. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keyName: string;
  readonly proxyJump: string;
}

/** Returns the path, or undefined when it has a token or a variable that only ssh knows. */
export function expandPath(path: string, source: TokenSource): string | undefined {
  const { homedir, username } = passwordEntry() ?? {};
  const here = hostname();
  const { name, host, port, user, keyName, proxyJump } = source;
  const tokens: Readonly<Record<string, string | undefined>> = {
    '%': '%',
    C: createHash('sha1').update(`${here}${host}${port}${user}${proxyJump}`).digest('hex'),
    d: homedir,
    h: host,
    i: String(ownUid()),
    j: proxyJump,
    k: keyName,
    L: here.split('.')[0] ?? here,
    l: here,
    n: name,
    p: String(port),
    r: user,
    u: username,
  };
  const isBelowHome = homedir !== undefined && (path === '~' || path.startsWith('~/'));
  const home = isBelowHome ? `${homedir}${path.slice(1)}` : path;
  if (home.startsWith('~')) return undefined;
  let isKnown = true;
  const expanded = home.replaceAll(/%(.?)|\$\{([^}]*)\}/g, (_whole, token: string | undefined, variable: string | undefined) => {
    const value = variable === undefined ? tokens[token ?? ''] : process.env[variable];
    if (value === undefined) isKnown = false;
    return value ?? '';
  });
  return isKnown ? expanded : undefined;
}
