/**
 * Reads a YAML document as a value, with the place of each part of it. The rule for text is the same everywhere: **where the schema wants text, a scalar
 * keeps its source text.** `3.10`, `007`, `0x1F` and `1e3` stay what the person wrote, because a program must see what stands in the file. A scalar that
 * YAML reads as "nothing" (`~`, `null`, no value) has no text, and a person can mean the text or nothing by it, so it is refused.
 */
import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Scalar, type YAMLMap, type YAMLSeq, visit } from 'yaml';
import type * as z from 'zod';
import { isGrouped } from '../../base/meant/meant-number.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { aliasedValuesMax, nestingMax } from '../limits.ts';
import { isText, isWhole, partSchema } from '../schema/schema-tree.ts';
import type { Fault } from './fault.ts';
import { bareWords, lostText, type Texts } from './lost-text.ts';

type Path = Fault['path'];

/** Where a part of the file begins, and where the parts of the part begin. */
export interface Place {
  readonly offset: number;
  readonly parts: ReadonlyMap<string | number, Place>;
}

export interface ReadDocument {
  readonly value: unknown;
  readonly place: Place;
  readonly faults: readonly (Fault & { readonly offset: number })[];
}

interface Part {
  readonly value: unknown;
  readonly place: Place;
}

const nothing = (offset: number): Part => ({ value: undefined, place: { offset, parts: new Map() } });

/** `lineAt` returns the line of an offset. A fault that names another place names its line. */
export function readDocument(document: Document, schema: z.ZodType, texts: Texts, lineAt: (offset: number) => number): ReadDocument {
  const faults: (Fault & { readonly offset: number })[] = [];
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let aliased = 0;

  const refuse = (path: Path, offset: number, what: string, hint: string): Part => {
    faults.push({ path, offset, what, hint });
    return nothing(offset);
  };

  function read(node: unknown, wanted: z.ZodType | undefined, path: Path, inAlias: boolean, keyOffset: number): Part {
    const offset = startOf(node) ?? keyOffset;
    if (inAlias && ++aliased > aliasedValuesMax) {
      if (aliased > aliasedValuesMax + 1) return nothing(offset);
      return refuse(
        [],
        offset,
        `the aliases of this file stand for more than ${aliasedValuesMax} values`,
        'fewer aliases of things that have aliases',
      );
    }
    if (path.length > nestingMax) return refuse(path.slice(0, 2), offset, `is nested more than ${nestingMax} deep`, 'a flat list or mapping');
    if (isAlias(node)) return readAlias(node.source, offset, wanted, path);
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.set(node.anchor, node);
    const tag = strangeTag(node);
    const lost = isScalar(node) && isText(wanted) ? lostText(node, tag, texts) : undefined;
    if (lost !== undefined) return refuse(path, offset, lost.what, lost.hint);
    if (tag !== undefined) return refuse(path, offset, `the tag ${tag} means nothing here`, 'the value without it');
    const words = isMap(node) && typeof path.at(-1) === 'number' && isText(wanted) ? bareWords(node, texts) : undefined;
    if (words !== undefined) return refuse(path, offset, `${words} is a mapping in YAML`, `${JSON.stringify(words)} (put it in quotes)`);
    if (isSeq(node) || isMap(node)) {
      open.add(node);
      const found = readCollection(node, offset, wanted, path, inAlias);
      open.delete(node);
      return found;
    }
    return { value: readScalar(isScalar(node) ? node : undefined, wanted, path, offset), place: { offset, parts: new Map() } };
  }

  function readCollection(node: YAMLSeq | YAMLMap, offset: number, wanted: z.ZodType | undefined, path: Path, inAlias: boolean): Part {
    if (isSeq(node)) {
      const parts = node.items.map((item, index) => read(item, partSchema(wanted, index), [...path, index], inAlias, offset));
      return { value: parts.map(({ value }) => value), place: { offset, parts: new Map(parts.map(({ place }, index) => [index, place])) } };
    }
    return readMap(node.items, offset, wanted, path, inAlias);
  }

  function readAlias(name: string, offset: number, wanted: z.ZodType | undefined, path: Path): Part {
    const target = anchors.get(name);
    if (target === undefined) {
      const near = nearestName(name, [...anchors.keys()]);
      return refuse(
        path,
        offset,
        `no anchor &${name} stands before *${name}`,
        isBelow(name) ? `a line below &${name} for *${name}` : near === undefined ? `"*${name}" (put it in quotes) for the text` : `*${near}`,
      );
    }
    if (open.has(target)) return refuse(path, offset, `*${name} stands inside its own anchor &${name}`, 'another place for one of them');
    return read(target, wanted, path, true, offset);
  }

  function isBelow(name: string): boolean {
    let isThere = false;
    visit(document, { Node: (_key, node) => void (isThere ||= 'anchor' in node && node.anchor === name) });
    return isThere;
  }

  /** The keys of the mapping itself come before merged keys (`<<`), and an earlier merged mapping comes before a later one. */
  function readMap(
    items: readonly { key: unknown; value: unknown }[],
    offset: number,
    wanted: z.ZodType | undefined,
    path: Path,
    inAlias: boolean,
  ): Part {
    const own = new Map<string, Part>();
    const merged = new Map<string, Part>();
    for (const { key, value } of items) {
      const keyOffset = startOf(key) ?? offset;
      if (isMergeKey(key)) {
        const sources = isSeq(value) ? value.items : [value];
        for (const source of sources) {
          const part = read(source, wanted, path, inAlias, keyOffset);
          if (typeof part.value === 'object' && part.value !== null && !Array.isArray(part.value))
            for (const [name, inner] of Object.entries(part.value)) {
              if (!merged.has(name)) merged.set(name, { value: inner, place: part.place.parts.get(name) ?? part.place });
            }
          else if (part.value !== undefined) refuse([...path, '<<'], keyOffset, 'merges something that is no mapping', '<<: *NAME of a mapping');
        }
        continue;
      }
      const name = keyText(key, anchors);
      if (name === undefined) {
        refuse(path, keyOffset, 'a key must be text', 'a key in quotes');
        continue;
      }
      const lost = isScalar(key) ? lostText(key, strangeTag(key), texts) : undefined;
      if (lost !== undefined || name === prototypeKey) {
        refuse([...path, name], keyOffset, lost?.what ?? 'is not a name that a key may have', lost?.hint ?? 'another name');
        continue;
      }
      const part = read(value, partSchema(wanted, name), [...path, name], inAlias, keyOffset);
      const first = own.get(name);
      if (first !== undefined) refuse([...path, name], keyOffset, `is there already (line ${lineAt(first.place.offset)})`, 'keeping one of them');
      else own.set(name, { value: part.value, place: { offset: keyOffset, parts: part.place.parts } });
    }
    const all = [...[...merged].filter(([name]) => !own.has(name)), ...own];
    return {
      value: Object.fromEntries(all.map(([name, { value }]) => [name, value])),
      place: { offset, parts: new Map(all.map(([name, { place }]) => [name, place])) },
    };
  }

  function readScalar(node: Scalar | undefined, wanted: z.ZodType | undefined, path: Path, offset: number): unknown {
    const { value = null, source = '' } = node ?? {};
    if (typeof value === 'string') return value;
    if (isText(wanted)) {
      if (value !== null) return source;
      refuse(
        path,
        offset,
        source === '' ? 'has no value' : `${source} means "nothing" in YAML`,
        `${JSON.stringify(source)} (put it in quotes) for ${source === '' ? 'an empty text' : 'that text'}, or leaving the ${typeof path.at(-1) === 'number' ? 'entry' : 'key'} out`,
      );
      return undefined;
    }
    // The file wants a list of text here and has one text.
    if (value !== null && isText(partSchema(wanted, 0))) return source;
    // `1.000` is one in YAML, and a thousand to many people. A number of very many digits loses its last ones.
    return isWhole(wanted) && (isGrouped(source) || (Number.isInteger(value) && !Number.isSafeInteger(value))) ? source : value;
  }

  const { value, place } = read(document.contents, schema, [], false, 0);
  return { value, place, faults };
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

const isMergeKey = (key: unknown): boolean => isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === 'PLAIN'));

function keyText(key: unknown, anchors: Map<string, Node>): string | undefined {
  const node = isAlias(key) ? anchors.get(key.source) : key;
  if (!isScalar(node)) return undefined;
  if (node.anchor !== undefined) anchors.set(node.anchor, node);
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** The value of this key would become the prototype of the mapping, and no key. */
const prototypeKey = '__proto__';

const knownTags = new Set(['?', ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`)]);

const strangeTag = (node: unknown): string | undefined => {
  const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
  return tag === undefined || knownTags.has(tag) ? undefined : tag.replace('tag:yaml.org,2002:', '!!');
};
