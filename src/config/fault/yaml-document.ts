import { LineCounter, parseAllDocuments } from 'yaml';
import type * as z from 'zod';
import type { Fault } from './fault.ts';
import { mendSyntax, yamlOptions, type LineFault } from './mend-syntax.ts';
import { type Place, readDocument } from './read-node.ts';

/** A parsed YAML text that knows the line of each key. */
export interface YamlDocument {
  /** The value of the parts that could be read. Undefined when there is none. */
  readonly value: unknown;
  /** The faults of the text itself. What stands below the path of such a fault was not read. */
  readonly faults: readonly LineFault[];
  /** Returns the line number, counted from 1, of the deepest part of the path that the file contains. */
  readonly lineOf: (path: Fault['path']) => number;
  /** Returns whether the file itself has a value at the path. Where it has none, the key has its default. */
  readonly has: (path: Fault['path']) => boolean;
  /** Returns the key that stands before the last key of the path, in the order of the file. */
  readonly keyBefore: (path: Fault['path']) => string | number | undefined;
}

/** Parses a text whose values have the types that `schema` wants. */
export function parseYaml(text: string, schema: z.ZodType): YamlDocument {
  const mended = mendSyntax(text);
  const lines = new LineCounter();
  const documents = parseAllDocuments(mended.text, { ...yamlOptions, lineCounter: lines });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [first, second] = Array.isArray(documents) ? documents : [];
  if (first === undefined) return { value: undefined, faults: mended.faults, lineOf: () => 1, has: () => false, keyBefore: () => undefined };
  const { value, place, faults } = readDocument(first, schema, { written: text, parsed: mended.text }, lineAt);
  const more: readonly LineFault[] =
    second === undefined
      ? []
      : [{ path: [], isAside: true, line: lineAt(second.range[0]), what: 'a second document begins here (---)', hint: 'one file for each cluster' }];
  return {
    value,
    faults: [
      ...mended.faults.map((fault) => withPath(fault, place, lineAt)),
      ...faults.filter((fault) => !isBelow(fault, mended.faults)).map(({ offset, ...fault }) => ({ ...fault, line: lineAt(offset) })),
      ...more,
    ],
    lineOf: (path) => lineAt(stepsOf(place, path).at.offset),
    has: (path) => stepsOf(place, path).steps === path.length,
    keyBefore: (path) => {
      const keys = [...stepsOf(place, path.slice(0, -1)).at.parts.keys()];
      return keys[keys.indexOf(path.at(-1) ?? '') - 1];
    },
  };
}

/** A fault of a line gets the path of the first key of the line, or that of a list with several entries on the line. */
function withPath(fault: LineFault, place: Place, lineAt: (offset: number) => number): LineFault {
  const isOnLine = ({ offset }: Place): boolean => lineAt(offset) === fault.line;
  const find = (at: Place, path: Fault['path']): Fault['path'] | undefined => {
    for (const [part, inner] of at.parts) {
      if (typeof part === 'number' && isOnLine(inner) && [...at.parts.values()].filter(isOnLine).length > 1) return path;
      const found = isOnLine(inner) ? [...path, part] : find(inner, [...path, part]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return fault.isAside === true ? { ...fault, path: find(place, []) ?? [] } : fault;
}

/** A block that could not be parsed has `null` in its place, and nothing is said about that. */
const isBelow = ({ path }: Fault, unread: readonly Fault[]): boolean =>
  unread.some(({ isAside, path: outer }) => isAside !== true && outer.every((part, index) => path[index] === part));

function stepsOf(place: Place, path: Fault['path']): { readonly at: Place; readonly steps: number } {
  let at = place;
  for (const [steps, part] of path.entries()) {
    const next = at.parts.get(part);
    if (next === undefined) return { at, steps };
    at = next;
  }
  return { at, steps: path.length };
}
