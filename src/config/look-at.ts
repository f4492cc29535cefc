/** Looks at a path on this machine. An error of the system becomes a reason in plain words, with what to try. */
import { statSync } from 'node:fs';
import { ownName } from '../system/own-user.ts';

export type Seen =
  | { readonly kind: 'file' | 'folder' | 'pipe' | 'device' | 'nothing' }
  | { readonly kind: 'unread'; readonly what: string; readonly hint: string };

export function lookAt(path: string): Seen {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { kind: 'nothing' };
    if (found.isDirectory()) return { kind: 'folder' };
    if (found.isFIFO() || found.isSocket()) return { kind: 'pipe' };
    return { kind: found.isFile() ? 'file' : 'device' };
  } catch (error) {
    return { kind: 'unread', ...sayUnread(path, (error as NodeJS.ErrnoException).code ?? String(error)) };
  }
}

/** Returns why the system refused to look at a path, by the name of its error. */
function sayUnread(path: string, code: string): { readonly what: string; readonly hint: string } {
  switch (code) {
    case 'ELOOP':
      return { what: `${path} leads in a circle of symbolic links`, hint: 'another path, or `rm` of the link that leads back' };
    case 'ENAMETOOLONG':
      return { what: `${path} has a name that is longer than the file system allows`, hint: 'a shorter name' };
    case 'EACCES':
      return {
        what: `${path} cannot be reached: ${ownName(process.env)} may not enter a folder on the way`,
        hint: `\`namei -l ${path}\`, which shows the rights of each folder, and \`chmod +x\` for that folder`,
      };
    default:
      return { what: `${path} cannot be looked at: the system answers ${code}`, hint: `\`stat ${path}\` until it answers, or another path` };
  }
}
