import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { yamlAliasesMax } from '../limits.ts';
import type { LocatedFault } from './fault.ts';

/** A parsed YAML text that knows the line of each key. */
export interface YamlDocument {
  readonly value: unknown;
  /** The syntax errors. When there is a syntax error, `value` is undefined. */
  readonly faults: readonly LocatedFault[];
  /** Returns the line number, counted from 1, of the deepest part of the path that the file contains. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

export function parseYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const faults = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    path: [],
    what: error.message.replace(/[.:]?\s*$/, ''),
    hint: error.code === 'DUPLICATE_KEY' ? 'keeping one of them' : 'mending the YAML here',
  }));
  return {
    value: faults.length === 0 ? document.toJS({ maxAliasCount: yamlAliasesMax }) : undefined,
    faults,
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    const next: { readonly start: Node; readonly value: unknown } | undefined = step(node, part);
    if (next === undefined) break;
    offset = next.start.range?.[0] ?? offset;
    node = next.value;
  }
  return offset;
}

function step(node: unknown, part: string | number): { readonly start: Node; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return pair !== undefined && isNode(pair.key) ? { start: pair.key, value: pair.value } : undefined;
  }
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return isNode(item) ? { start: item, value: item } : undefined;
  }
  return undefined;
}
