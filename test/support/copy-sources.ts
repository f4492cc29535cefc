import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository, repositoryFiles } from './repository.ts';

/**
 * Makes a copy of `src` that a change drill can edit and compile, and returns the folder of the copy. The caller must remove the folder. If the
 * checkout has a build, the copy has that build too, so the compiler compiles only the changes of the drill.
 */
export function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ringmaster-drill-'));
  if (existsSync(join(repository, 'dist/src')))
    cpSync(join(repository, 'dist/src'), join(copy, 'dist/src'), { recursive: true, preserveTimestamps: true });
  for (const path of ['tsconfig.base.json', ...repositoryFiles().filter((file) => file.startsWith('src/'))]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(repository, path), join(copy, path), { preserveTimestamps: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  return copy;
}
