/**
 * The lines of a manifest, sorted by path (bytewise). The digest of a version is the sha256 of these lines.
 *
 * | line                          | entry                                                                     |
 * |-------------------------------|---------------------------------------------------------------------------|
 * | `<sha256>  <path>`            | a file                                                                    |
 * | `<sha256> *<path>`            | a file that may be executed                                               |
 * | `<zeros> @<path>//<target>`   | a symbolic link; a path has no `//`, so the first `//` ends the path      |
 * | `<zeros> /<path>`             | an empty folder                                                           |
 * | `\<line>`                     | one of these with a newline, carriage return or backslash, which is escaped |
 *
 * A tree of plain files has the manifest that every release gave it, so its versions on nodes keep their names.
 */
import { bytesOf, escaped, isOdd, unescaped } from './file-name.ts';
import type { TreeEntry, TreeKind } from './tree-entry.ts';

const marks = { file: ' ', executable: '*', link: '@', folder: '/' } as const satisfies Record<TreeKind, string>;
const kinds = new Map<string, TreeKind>(Object.entries(marks).map(([kind, mark]) => [mark, kind as TreeKind]));

/** The line of an entry, without its newline. */
function lineOf({ path, sha256, kind = 'file', target }: TreeEntry): string {
  const body = target === undefined ? path : `${path}//${target}`;
  return isOdd(body) ? `\\${sha256} ${marks[kind]}${escaped(body)}` : `${sha256} ${marks[kind]}${body}`;
}

/** Returns the text of a manifest. The entries may come in any order. */
export function manifestText(entries: readonly TreeEntry[]): { readonly sorted: readonly TreeEntry[]; readonly text: Buffer } {
  const keyed = entries.map((entry) => ({ entry, key: bytesOf(entry.path) })).sort((a, b) => Buffer.compare(a.key, b.key));
  const sorted = keyed.map(({ entry }) => entry);
  return { sorted, text: bytesOf(sorted.map((entry) => `${lineOf(entry)}\n`).join('')) };
}

/** Parses a line of a manifest. Returns undefined for any other line. The sizes are not in a manifest. */
export function parseManifestLine(line: string): TreeEntry | undefined {
  const [, escape, sha256 = '', mark = '', text = ''] = /^(\\?)([0-9a-f]{64}) ([ *@/])(.+)$/s.exec(line) ?? [];
  const kind = kinds.get(mark);
  if (kind === undefined) return undefined;
  const body = escape === '\\' ? unescaped(text) : text;
  if (kind !== 'link') return { path: body, bytes: 0, sha256, kind };
  const end = body.indexOf('//');
  return end < 0 ? undefined : { path: body.slice(0, end), bytes: 0, sha256, kind, target: body.slice(end + 2) };
}
