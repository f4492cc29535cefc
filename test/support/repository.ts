/** The checkout in which the tests run, and its files. The files are all that Git tracks, and all new ones that Git does not ignore. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export const repositoryFiles = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repository, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(repository, path)))
    .toSorted();

export const readRepositoryFile = (path: string): string => readFileSync(join(repository, path), 'utf8');
