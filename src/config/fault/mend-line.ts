/** Mends one line of a cluster file that YAML cannot read, so that the rest of the file is still checked. No line is added or removed. */
import { parseDocument } from 'yaml';

export interface MendedLine {
  readonly line: string;
  readonly what: string;
  readonly hint: string;
}

const isRead = (value: string): boolean => parseDocument(`k: ${value}`, { logLevel: 'silent' }).errors.length === 0;

/** The blanks and dashes before a line, a key with its colon, and the value. */
const pattern = /^([ \t]*(?:- +)*)(?:("[^"\\]*"|'[^']*'|[\w.-]+):[ \t]+)?(\S.*?)[ \t]*$/;

/** Returns the line with its value in quotes, or undefined when the value alone is no reason for the error. */
export function mendValue(line: string): MendedLine | undefined {
  const [, before = '', key, rest = ''] = pattern.exec(line) ?? [];
  const value = rest.replace(/\s+#.*$/, '');
  if (value === '' || (key === undefined && !before.includes('-')) || /^[[{|>]/.test(value) || isRead(value)) return undefined;
  const start = before + (key === undefined ? '' : `${key}: `);
  const escaped = /^"(.*)"$/.exec(value)?.[1];
  const hint = escaped === undefined ? JSON.stringify(value) : `'${escaped.replaceAll("'", "''")}'`;
  if (!isRead(hint)) return undefined;
  return { line: start + hint, what: `${value} is no text in YAML`, hint };
}

/** Returns the line with a blank after the colon of its key, or undefined when it has no such key. */
export function mendColon(line: string): MendedLine | undefined {
  const [, before = '', key = '', value = ''] = /^([ \t]*(?:- +)*)([A-Za-z]\w*)(?::| ?= ?)(?!\s|\/\/)(.+)$/.exec(line) ?? [];
  if (key === '' || !isRead(value)) return undefined;
  return { line: `${before}${key}: ${value}`, what: `${line.trim()} has no colon with a blank behind its key`, hint: `${key}: ${value}` };
}

/** Returns the line without the mark of a merge, or undefined when it has none. */
export const mendConflict = (line: string): MendedLine | undefined =>
  /^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line) ? { line: '', what: 'is the mark of a git conflict', hint: 'one of the two versions' } : undefined;
