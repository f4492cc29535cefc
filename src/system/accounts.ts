import { readFileSync } from 'node:fs';

/** An account of this machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Returns the accounts of /etc/passwd. Throws when the file cannot be read. */
export const accounts = (): readonly Account[] =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', , uid, gid, , home = ''] = line.split(':');
      return { name, uid: Number.parseInt(uid ?? '', 10), gid: Number.parseInt(gid ?? '', 10), home };
    });
