/** Says in one sentence why a file could not be written, for the codes of the operating system that a person can cure. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord } from './shell-word.mjs';

const spaceNeeded = '1.5 GB';

const causes = {
  ENOSPC: (path) => [`the disk of ${path} is full`, `free ${spaceNeeded} there; this command shows it: df -h ${shellWord(nearest(path))}`],
  EDQUOT: (path) => [`your quota on the disk of ${path} is used up`, `free ${spaceNeeded} there`],
  EROFS: (path) => [`${path} is on a disk that is read-only`, 'copy the checkout to a disk that you may write to'],
  EACCES: (path) => [`you may not write to ${path}`, `sudo chown -R "$(id -un)" ${shellWord(nearest(path))}`],
  EPERM: (path) => [`you may not write to ${path}`, `sudo chown -R "$(id -un)" ${shellWord(nearest(path))}`],
  EMFILE: () => ['too many files are open', 'ulimit -n 65536'],
};

export const isFileFault = (code) => Object.hasOwn(causes, code ?? '');

/** Returns the words that follow "because". */
export function fileFault({ code, path = process.cwd() }) {
  const [because, cure] = causes[code](path);
  return `${because} (${code}); try: ${cure}`;
}

/** Returns the path, or the nearest folder above it that exists. */
const nearest = (path) => (existsSync(path) || dirname(path) === path ? folderOf(path) : nearest(dirname(path)));
const folderOf = (path) => (existsSync(path) && !statSync(path).isDirectory() ? dirname(path) : path);
