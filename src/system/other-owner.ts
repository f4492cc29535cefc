import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { accounts } from './accounts.ts';
import { ownName, ownUid } from './own-user.ts';

/** Returns the user whose folder this is, when it is another user's and we may not work in it. Undefined otherwise. */
export function otherOwner(folder: string): string | undefined {
  try {
    readdirSync(folder);
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
  }
  const uid = nearestOwner(folder);
  return uid === ownUid() ? undefined : nameOf(uid);
}

/** Returns the owner of the folder, or of the nearest folder above it that we may look at. */
function nearestOwner(folder: string): number {
  try {
    return statSync(folder).uid;
  } catch (error) {
    const above = dirname(folder);
    if (above === folder) throw error;
    return nearestOwner(above);
  }
}

const nameOf = (uid: number): string => accounts().find((account) => account.uid === uid)?.name ?? `user id ${uid}`;

/** Returns why the folder of another user is not ours to use, as the end of a clause. */
export const sayOtherOwner = (owner: string): string => `belongs to ${owner}, and ${ownName(process.env)} may not change it`;
