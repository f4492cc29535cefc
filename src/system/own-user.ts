/**
 * The user of this process. A process can run under a user id that the password database lacks, as in a container that was started with `-u 54321`.
 * Such a user has a number, and neither a name nor a home folder of the database.
 */
import { userInfo } from 'node:os';

interface PasswordEntry {
  readonly username: string;
  readonly homedir: string;
}

/** Returns the user id of this process. A file that this process makes belongs to this id. */
export const ownUid = (): number => process.geteuid?.() ?? 0;

/** Returns the entry of this user in the password database, or undefined when the database has none. */
export function passwordEntry(): PasswordEntry | undefined {
  try {
    return userInfo();
  } catch (error) {
    if ((error as { readonly info?: NodeJS.ErrnoException }).info?.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns the name of this user. A user without a name is shown by USER or by the user id. */
export const ownName = (env: Readonly<Record<string, string | undefined>>): string => passwordEntry()?.username ?? (env['USER'] || String(ownUid()));
