import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the text of a file in one step, so that a reader never sees a part of it. The scripts run before `src/system/replace-file.ts` is compiled. */
export function replaceFile(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
