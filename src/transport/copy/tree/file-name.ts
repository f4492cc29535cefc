/**
 * Names of files as strings. Linux allows any bytes in a name. A name that is UTF-8 is the usual string. Each byte that is no UTF-8 becomes a lone
 * surrogate (0xDC00 + byte), as in Python's `surrogateescape`. So every name has one string, and every such string has one name.
 */
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';

const escapeBase = 0xdc00;
const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

/** Returns the string of a name. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let name = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count)));
    name += length === undefined ? String.fromCodePoint(escapeBase + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return name;
}

/** Returns the bytes of a name, or of a text that holds names. */
export function bytesOf(text: string): Buffer {
  if (!loneSurrogate.test(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (const { index, 0: escape } of text.matchAll(loneSurrogates)) {
    parts.push(Buffer.from(text.slice(from, index)), Buffer.from([(escape.codePointAt(0) ?? 0) - escapeBase]));
    from = index + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from))]);
}

/** Returns the path of a file below a folder, in a form that Node's file calls take. */
export const placeOf = (folder: string, path: string): string | Buffer =>
  loneSurrogate.test(path) ? Buffer.concat([Buffer.from(`${folder}/`), bytesOf(path)]) : join(folder, path);

/** Returns the lines of a text whose lines hold names. */
export function namesIn(text: Buffer): readonly string[] {
  if (isUtf8(text)) return text.toString('utf8').split('\n');
  const lines: string[] = [];
  for (let from = 0; from <= text.length;) {
    const newline = text.indexOf(0x0a, from);
    const end = newline < 0 ? text.length : newline;
    lines.push(nameOf(text.subarray(from, end)));
    from = end + 1;
  }
  return lines;
}

/** Returns whether a tool that works with lines would not print the name as it is. sha256sum escapes these names, and a newline ends a line. */
export const isOdd = (name: string): boolean => /[\n\r\\]/.test(name);

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** Writes a name in one line, as sha256sum does. */
export const escaped = (name: string): string => name.replaceAll(/[\n\r\\]/g, (character) => escapes[character] ?? character);

/** Reads a name that `escaped` wrote. */
export const unescaped = (text: string): string =>
  text.replaceAll(/\\([\\nr])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\'));

const shownStart = 200;
const shownEnd = 60;

/** Returns a name as a message shows it: as it is, or in quotes with escapes when it has characters that a terminal does not show. A long name is cut. */
export function shownName(name: string): string {
  const shown = /[\p{Cc}\p{Surrogate}]/u.test(name) ? JSON.stringify(name) : name;
  return shown.length <= shownStart + shownEnd ? shown : `${shown.slice(0, shownStart)}…${shown.slice(-shownEnd)}`;
}
