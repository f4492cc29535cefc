/**
 * Returns a text that YAML can parse, with a fault for each block that it could not parse. A block is an entry of a top-level list, or a top-level key.
 * Each block is parsed alone. A syntax error in one block therefore hides no fault of another, and one error is one fault.
 */
import { isCollection, isScalar, LineCounter, parseAllDocuments, visit, type Document, type Node } from 'yaml';
import { unclosedWords } from '../../domain/failure/program-words.ts';
import { syntaxFaultsMax } from '../limits.ts';
import type { Fault } from './fault.ts';
import { mendColon, mendConflict, type MendedLine, mendValue } from './mend-line.ts';
import { withoutOddBlanks } from './odd-blanks.ts';
import { quoteCommands } from './quote-commands.ts';

export type LineFault = Fault & { readonly line: number };

/** The version is fixed, because a `%YAML 1.1` line would change what `on`, `007` and `12:30` are. */
export const yamlOptions = { version: '1.2', schema: 'core', merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

export function mendSyntax(written: string): { readonly text: string; readonly faults: readonly LineFault[] } {
  const { text, faults: oddBlanks } = withoutOddBlanks(written);
  if (firstError(text) === undefined) return { text, faults: oddBlanks };
  const untabbed = withoutTabs(text);
  const quoted = quoteCommands(untabbed.text);
  const lines = quoted.text.split('\n');
  const faults = [...oddBlanks, ...untabbed.faults, ...quoted.faults, ...mendOuterLines(lines)];
  for (const block of blocksOf(lines)) {
    const error = mendLines(lines, block, faults);
    if (error === undefined) continue;
    faults.push({ path: block.path, ...error });
    lines.splice(block.from, block.to - block.from, block.instead, ...Array.from({ length: block.to - block.from - 1 }, () => ''));
  }
  const mended = lines.join('\n');
  const rest = firstError(mended);
  if (rest !== undefined) return { text: '', faults: [{ path: [], ...rest }] };
  const shown = faults.slice(0, syntaxFaultsMax);
  const last = shown.at(-1);
  if (faults.length > shown.length && last !== undefined)
    shown.splice(-1, 1, { ...last, what: `${last.what} (and ${faults.length - shown.length} more faults like these)` });
  return { text: mended, faults: shown };
}

const aside = (index: number, { what, hint }: MendedLine): LineFault => ({ path: [], isAside: true, line: index + 1, what, hint });

/** Mends the lines without indentation, which hold the file together: a key without a blank behind its colon, and the marks of a git conflict. */
function mendOuterLines(lines: string[]): readonly LineFault[] {
  const isOuter = (line: string): boolean => /^[^\s#-]/.test(line);
  return lines.flatMap((line, index) => {
    const mended = mendConflict(line) ?? (isOuter(line) ? mendColon(line) : undefined);
    if (mended === undefined) return [];
    lines[index] = mended.line;
    return [aside(index, mended)];
  });
}

/** Mends the lines of a block at which YAML stops, one after another. Returns the first error that no mend of a line removes. */
function mendLines(lines: string[], block: Block, faults: LineFault[]): ReturnType<typeof firstError> {
  for (let count = 0; ; count++) {
    const head = lines.slice(block.from, block.from + block.head.length);
    const text = Array.from({ length: block.from }, () => '').concat(head, lines.slice(block.from + block.head.length, block.to));
    const error = firstError(text.join('\n'));
    const line = error === undefined ? undefined : lines[error.line - 1];
    const mended = line === undefined || count >= syntaxFaultsMax ? undefined : (mendValue(line) ?? mendColon(line));
    if (error === undefined || mended === undefined || mended.line === line) return error;
    lines[error.line - 1] = mended.line;
    faults.push(aside(error.line - 1, mended));
  }
}

interface Block {
  readonly path: Fault['path'];
  readonly from: number;
  readonly to: number;
  /** The first lines with which the block is parsed alone. */
  readonly head: readonly string[];
  /** The line that takes the place of a block with an error. */
  readonly instead: string;
}

/** Returns the blocks in the order of the file. The entries of a list come one by one. */
function blocksOf(lines: readonly string[]): readonly Block[] {
  const starts = lines.flatMap((line, index) => (/^[^\s#\-\]}%]/.test(line) && !line.startsWith('...') ? [index] : []));
  return starts.flatMap((from, nth): readonly Block[] => {
    const to = starts[nth + 1] ?? lines.length;
    const head = lines[from] ?? '';
    const key = /^(["']?)([A-Za-z]\w*)\1\s*:/.exec(head)?.[2];
    const path = key === undefined ? [] : [key];
    const whole: Block = { path, from, to, head: [head], instead: key === undefined ? '' : `${key}: null` };
    const first = lines.slice(from + 1, to).find((line) => /^\s*- /.test(line));
    if (key === undefined || first === undefined || !/^[^:]+:\s*(?:#.*)?$/.test(head)) return [whole];
    const indent = /^\s*/.exec(first)?.[0] ?? '';
    const entries = lines.flatMap((line, index) => (index > from && index < to && line.startsWith(`${indent}-`) ? [index] : []));
    return entries.map((entry, index) => ({
      path: [key, index],
      from: entry,
      to: entries[index + 1] ?? to,
      head: [lines[entry] ?? ''],
      instead: `${indent}- null`,
    }));
  });
}

/** Returns the first syntax error of a text, with the line on which the thing at fault begins. */
function firstError(text: string): { readonly line: number; readonly what: string; readonly hint: string } | undefined {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...yamlOptions, lineCounter });
  const first = Array.isArray(documents) ? documents[0] : undefined;
  const error = first?.errors[0];
  if (first === undefined || error === undefined) return undefined;
  const unclosed = unclosedWords.exec(error.message);
  const open = unclosed === null ? undefined : unclosedAt(first, text, error.pos[0], unclosed.groups?.['closer']);
  const lineOf = (offset: number): number => lineCounter.linePos(offset).line;
  if (open !== undefined)
    return { line: lineOf(open), what: `${text[open] ?? 'a bracket'} is not closed`, hint: 'the closing one, on this line or below it' };
  if (error.code === 'RESOURCE_EXHAUSTION') return { line: lineOf(error.pos[0]), what: 'is nested too deep', hint: 'a flat list or mapping' };
  const rule = error.message.replace(/[.:]?\s*$/, '');
  const near = text.slice(error.pos[0]).split(/[\n]/, 1)[0]?.trim().slice(0, 40) ?? '';
  return {
    line: lineOf(error.pos[0]),
    what: near === '' ? `is not YAML: ${rule}` : `is not YAML at ${JSON.stringify(near)}: ${rule}`,
    hint: error.code === 'BAD_SCALAR_START' || error.code === 'UNEXPECTED_TOKEN' ? 'quotes around the whole text' : 'mending the YAML here',
  };
}

/** Returns where the quoted text or the bracket begins that has no end at an offset. `closer` is the bracket that is missing, and undefined for a quote. */
function unclosedAt(document: Document, text: string, offset: number, closer: string | undefined): number | undefined {
  let found: number | undefined;
  const opener = closer === '}' ? '{' : '[';
  visit(document, {
    Node: (_key, node: Node) => {
      const [start = 0, , end = 0] = node.range ?? [];
      const fits = closer === undefined ? isScalar(node) && node.type?.startsWith('QUOTE') === true : isCollection(node) && text[start] === opener;
      if (fits && start <= offset && offset <= end + 1) found = start;
    },
  });
  return found;
}

/** A tab may not indent a line. Two spaces take its place here, so that the rest of the file can still be checked. */
function withoutTabs(text: string): { readonly text: string; readonly faults: readonly LineFault[] } {
  const faults: LineFault[] = [];
  const lines = text.split('\n').map((line, index) => {
    const indent = /^ *\t[\t ]*(?=[^\s#])/.exec(line)?.[0];
    if (indent === undefined) return line;
    faults.push({ path: [], isAside: true, line: index + 1, what: 'begins with a tab, and YAML takes only spaces there', hint: 'spaces' });
    return indent.replaceAll('\t', '  ') + line.slice(indent.length);
  });
  return { text: lines.join('\n'), faults };
}
