import { dirname, join, resolve } from 'node:path';
import { noHome } from '../domain/failure/no-home.ts';
import { homeFolder } from '../system/user-folders.ts';

export type ResolvePath = (path: string) => string;

/** Returns a function that makes the paths of a cluster file absolute. They are relative to the file, and `~` is the home folder of our user. */
export const resolverFor =
  (file: string): ResolvePath =>
  (path) =>
    path === '~' || path.startsWith('~/') ? join(homeOrFail(path), path.slice(2)) : resolve(dirname(file), path);

function homeOrFail(path: string): string {
  const home = homeFolder(process.env);
  if (home === undefined) throw noHome(path);
  return home;
}
