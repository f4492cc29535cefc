/** Follows the fixes of a cluster file's faults. A fix is followed when it names a value, a key with a value, or a key to leave out. */
import { mkdirSync } from 'node:fs';
import { expect } from 'vitest';
import { parse, parseDocument, type Document } from 'yaml';
import type { Fault } from '../../src/config/fault/fault.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';

type Edit = (document: Document) => void;

/**
 * Follows all fixes of a file together, first with the first way of each fix and then with its second way. Expects no fault at a mended place and no new
 * fault. Returns how many fixes were followed.
 */
export function followFixes(text: string, file: string): number {
  const { faults } = inspectCluster(text, file);
  const counts = [0, 1].map((way) => {
    const followed = faults.map((fault) => ({ fault, edits: editsOf(fault, way) }));
    const document = parseDocument(text);
    for (const { edits } of followed) for (const edit of edits ?? []) edit(document);
    const left = followed.flatMap(({ fault, edits }) => (edits === undefined ? [String(fault.path)] : []));
    const after = inspectCluster(document.toString(), file).faults.filter(({ path }) => !left.includes(String(path)));
    expect(after, `${text}\nmended: ${document.toString()}`).toEqual([]);
    return followed.length - left.length;
  });
  return Math.max(...counts);
}

/** Returns the edits of one way of a fix, or of its first way if the other names no value. Returns undefined when neither names a value. */
function editsOf(fault: Fault, way: number): readonly Edit[] | undefined {
  const ways = fault.hint.split(/, or | or (?=\S+$)/);
  return editsOfWay(fault, ways[way] ?? '') ?? editsOfWay(fault, ways[0] ?? '');
}

function editsOfWay({ path, also, hint }: Fault, way: string): readonly Edit[] | undefined {
  if (way === 'leaving it out') return [(document) => document.deleteIn(path)];
  const [, folder] = /^mkdir -p (\S+)$/.exec(way) ?? [];
  if (folder !== undefined) return [() => mkdirSync(folder, { recursive: true })];
  const [, both] = /^(\S+) for both$/.exec(way) ?? [];
  if (both !== undefined) return [path, ...(also ?? [])].map((at) => (document) => document.setIn(at, parse(both)));
  const above = hint.includes(' in limits') ? ['limits'] : path.slice(0, -1);
  const edits = way
    .replace(/ in limits$/, '')
    .split(' and ')
    .map((part): Edit | undefined => {
      const [, key, value] = /^([\w.]+): ([^\s/]+|\[\w+\])$/.exec(part) ?? [];
      if (key !== undefined && value !== undefined)
        return (document) => document.setIn(key.includes('.') ? key.split('.') : [...above, key], parse(value));
      return /^(\S+|\[\w+\])$/.test(part) ? (document) => document.setIn(path, parse(part.replace(/^\{.*\}$/, "'$&'"))) : undefined;
    });
  return edits.includes(undefined) ? undefined : (edits as readonly Edit[]);
}
