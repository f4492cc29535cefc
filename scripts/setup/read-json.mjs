/** A JSON file's value, or undefined when it is missing or half-written. */
import { readFileSync } from 'node:fs';

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
