/**
 * Puts the words of command lines in quotes where YAML would read something else. `{payload}` begins a mapping in YAML, so the most common ways to write a
 * command without quotes are cascades of syntax errors: `command: node {payload}/x.js`, `[node, {payload}/x.js]`, and the same on lines of their own.
 * The value of the key is found by its indentation. No line is added or removed.
 */
import { parseDocument } from 'yaml';
import type { LineFault } from './mend-syntax.ts';

const keyPattern = /(^[ \t]*(?:- +)*|[{,][ \t]*)(command|verify):(?=\s|$)/gm;

interface Mended {
  readonly text: string;
  /** The words that got quotes, each with its offset in the value. */
  readonly bare: readonly { readonly word: string; readonly at: number }[];
}

export function quoteCommands(text: string): { readonly text: string; readonly faults: readonly LineFault[] } {
  const faults: LineFault[] = [];
  let mended = '';
  let at = 0;
  for (const match of text.matchAll(keyPattern)) {
    if (match.index < at) continue;
    const [whole, before = '', key = ''] = match;
    const inFlow = /[{,]\s*$/.test(text.slice(0, match.index + before.length));
    const colon = match.index + whole.length;
    const body = text.slice(colon, endOfValue(text, match.index, inFlow ? undefined : before.length));
    const start = colon + (/^(?:[ \t]*(?:[ \t]#[^\n]*)?\n)*[ \t]*(?:&[^\s,[\]{}]+[ \t]+)?/.exec(body)?.[0].length ?? 0);
    const value = text.slice(start, colon + body.length);
    const { length, text: quoted, bare } = mendValue(value, inFlow, text.slice(colon, start).includes('\n'));
    mended += text.slice(at, start) + quoted;
    at = start + length;
    for (const { word, at: offset } of bare)
      faults.push({
        path: [],
        isAside: true,
        line: text.slice(0, start + offset).split('\n').length,
        what: `${key}: ${word} ${word.includes('{') ? 'has a brace, and YAML reads that as a mapping' : 'is no text in YAML'}`,
        hint: JSON.stringify(word),
      });
  }
  return { text: mended + text.slice(at), faults };
}

/**
 * Returns where the value of a key ends: before the next line that is not indented more than the key. A list may begin below the first letter of its key.
 * In braces, the lines are indented more than the line of the key, and `column` is undefined.
 */
function endOfValue(text: string, start: number, column: number | undefined): number {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const own = column ?? /^[ \t]*/.exec(text.slice(lineStart))?.[0].length ?? 0;
  let end = text.indexOf('\n', start);
  if (end < 0) return text.length;
  const isEmpty = column !== undefined && /:[ \t]*(?:#.*)?$/.test(text.slice(lineStart, end));
  for (let from = end + 1; from < text.length;) {
    const next = text.indexOf('\n', from);
    const to = next < 0 ? text.length : next;
    const line = text.slice(from, to);
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (/[^\s]/.test(line) && !/^\s*#/.test(line)) {
      if (indent < own || (indent === own && !(isEmpty && /^\s*-(?:\s|$)/.test(line)))) return end;
      end = to;
    }
    from = to + 1;
  }
  return end;
}

/** Returns the value with quotes, and how much of the text it takes. `isBelow` says that the value begins on a line of its own. */
function mendValue(value: string, inFlow: boolean, isBelow: boolean): Mended & { readonly length: number } {
  if (value.startsWith('[')) {
    const list = value.slice(0, listEnd(value));
    return { ...quoteList(list), length: list.length };
  }
  if (!inFlow && isBelow && /^-(?:\s|$)/.test(value)) return { ...quoteItems(value), length: value.length };
  if (value === '' || /^(?:[|>&*#!]|"[^"]*"\s*(?:$|[,}#])|'[^']*'\s*(?:$|[,}#]))/.test(value)) return { text: '', bare: [], length: 0 };
  const written = inFlow ? flowValue(value) : value.trimEnd();
  const words = written
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
  return { text: JSON.stringify(words) + lineBreaks(written), bare: [], length: written.length };
}

/** The line breaks of a text with the indentation after each, so that what follows keeps its line and its column. */
const lineBreaks = (text: string): string => (text.match(/\n[ \t]*/g) ?? []).join('');

/** Returns the text up to the next key of the mapping in braces, or up to its end. The next key can stand on the next line. */
function flowValue(value: string): string {
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '{') depth += 1;
    if (value[at] === '}') depth -= 1;
    if (depth < 0 || (depth === 0 && /^,\s*[A-Za-z]\w*:(?:\s|$)/.test(value.slice(at)))) return value.slice(0, at).trimEnd();
  }
  return value.replace(/,?\s*$/, '');
}

/** Returns the length of a list in brackets at the beginning of a text. */
function listEnd(value: string): number {
  const list = /^\[(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\]"'])*\]?/.exec(value)?.[0] ?? '';
  return list.length;
}

const isUnread = (word: string): boolean => word.includes('{') || parseDocument(`[${word}]`, { logLevel: 'silent' }).errors.length > 0;

function quoteList(list: string): Mended {
  const bare: { word: string; at: number }[] = [];
  const text = list.replaceAll(/(?<=\s)#[^\n]*|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]"'](?:(?!\s#)[^,\]"'\n])*/g, (word, at: number) => {
    const trimmed = word.trimEnd();
    if (/^["'#]/.test(word) || !isUnread(trimmed)) return word;
    bare.push({ word: trimmed, at });
    return JSON.stringify(trimmed) + word.slice(trimmed.length);
  });
  return { text, bare };
}

/** Puts the entries of a list with dashes in quotes. An entry that goes on in the next line stays as it is. */
function quoteItems(list: string): Mended {
  const bare: { word: string; at: number }[] = [];
  const text = list.replaceAll(/(^|\n)([ \t]*-[ \t]+)([^\n]+)/g, (whole, lineBreak: string, dash: string, rest: string, at: number) => {
    const word = rest.replace(/\s+#.*$/, '').trimEnd();
    if (/^["'|>#]/.test(word) || parseDocument(`- ${word}`, { logLevel: 'silent' }).errors.length === 0) return whole;
    bare.push({ word, at: at + lineBreak.length + dash.length });
    return lineBreak + dash + JSON.stringify(word) + rest.slice(word.length);
  });
  return { text, bare };
}
