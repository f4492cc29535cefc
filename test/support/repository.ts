/**
 * The checkout in which the tests run, and its files. The files are all that Git tracks, and all new ones that Git does not ignore. Without Git they are
 * all files outside the folders that `.gitignore` names.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export const repositoryFiles = (): readonly string[] =>
  (gitFiles() ?? foundFiles()).filter((path) => path !== '' && existsSync(join(repository, path))).toSorted();

function gitFiles(): readonly string[] | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: repository,
      encoding: 'utf8',
      stdio: [...stdio],
    }).split('\n');
  } catch {
    return undefined; // There is no Git, the folder is no clone, or the clone belongs to another user.
  }
}

const ignored = new Set(['.git', 'node_modules', 'dist', '.state', 'coverage']);

function foundFiles(folder = ''): readonly string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name) || /\.(?:log|tsbuildinfo)$/.test(entry.name)) return [];
    return entry.isDirectory() ? foundFiles(join(folder, entry.name)) : [join(folder, entry.name)];
  });
}

export const readRepositoryFile = (path: string): string => readFileSync(join(repository, path), 'utf8');
