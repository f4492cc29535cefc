/** Returns the value of a JSON file, or undefined when the file is missing or incomplete. */
import { readFileSync } from 'node:fs';

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
