/**
 * Puts the words of command lines in quotes where YAML would read something else. `{payload}` begins a mapping in YAML, so the two most common ways to
 * write a command without quotes are cascades of syntax errors: `command: node {payload}/x.js` in braces, and `[node, {payload}/x.js]`.
 */
import type { LineFault } from './mend-syntax.ts';

const keyPattern = /(^\s*(?:- +)?|[{,]\s*)(command|verify):[ \t]+/g;

export function quoteCommands(text: string): { readonly text: string; readonly faults: readonly LineFault[] } {
  const faults: LineFault[] = [];
  const lines = text.split('\n').map((line, index) => {
    let mended = '';
    let at = 0;
    for (const match of line.matchAll(keyPattern)) {
      const start = match.index + match[0].length;
      if (start < at) continue;
      const value = line.slice(start);
      const inFlow = /[{,]\s*$/.test(match[1] ?? '');
      mended += line.slice(at, start);
      at = start;
      if (value.startsWith('[')) {
        const { list, bare } = quoteList(value);
        mended += list;
        at += listEnd(value);
        for (const word of bare)
          faults.push({
            path: [],
            isAside: true,
            line: index + 1,
            what: `${match[2]}: ${word} has a brace, and YAML reads that as a mapping`,
            hint: JSON.stringify(word),
          });
      } else if (!/^(?:[|>&*#!]|"[^"]*"\s*(?:$|[,}#])|'[^']*'\s*(?:$|[,}#]))/.test(value)) {
        const words = inFlow ? flowValue(value) : value.replace(/\s+#.*$/, '').trimEnd();
        mended += JSON.stringify(words);
        at += words.length;
      }
    }
    return mended + line.slice(at);
  });
  return { text: lines.join('\n'), faults };
}

/** Returns the text up to the next key of the mapping in braces, or up to its end. */
function flowValue(value: string): string {
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '{') depth += 1;
    if (value[at] === '}') depth -= 1;
    if (depth < 0 || (depth === 0 && /^,\s*[A-Za-z]\w*:(?:\s|$)/.test(value.slice(at)))) return value.slice(0, at).trimEnd();
  }
  return value.trimEnd();
}

/** Returns the length of a list in brackets at the beginning of a text. */
function listEnd(value: string): number {
  const list = /^\[(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\]"'])*\]?/.exec(value)?.[0] ?? '';
  return list.length;
}

function quoteList(value: string): { readonly list: string; readonly bare: readonly string[] } {
  const bare: string[] = [];
  const list = value.slice(0, listEnd(value)).replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]"'][^,\]"']*/g, (word) => {
    const trimmed = word.trimEnd();
    if (/^["']/.test(word) || !trimmed.includes('{')) return word;
    bare.push(trimmed);
    return JSON.stringify(trimmed) + word.slice(trimmed.length);
  });
  return { list, bare };
}
