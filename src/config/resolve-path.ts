import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type ResolvePath = (path: string) => string;

/** Returns a function that makes the paths of a cluster file absolute. They are relative to the file, and `~` is the home folder of our user. */
export const resolverFor =
  (file: string): ResolvePath =>
  (path) =>
    path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(dirname(file), path);
