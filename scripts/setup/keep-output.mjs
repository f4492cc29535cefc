import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps the output of a program that failed in a file of dist, and returns the path. Returns undefined when the file cannot be written. */
export function keepOutput(root, name, output) {
  const log = join(root, 'dist', name);
  try {
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(log, `${output}\n`);
    return log;
  } catch {
    return undefined;
  }
}
