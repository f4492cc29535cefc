/**
 * Changes one value in the text of a cluster file. Everything else keeps its form, with its comments: a scalar is replaced in place. Only for
 * another change the library writes the whole text.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import { canonicalJson } from '../base/canonical-json.ts';
import { nearestName } from '../base/nearest-name.ts';

export type Edit = { readonly text: string } | { readonly because: string; readonly hint: string };

/** Reads every scalar as text, so that `007` and `3.10` are written back as they were. */
const parse = (text: string): Document.Parsed => parseDocument(text, { schema: 'failsafe' });

type Change = (text: string) => Edit;

/** Makes a change in a text as `decodeText` reads it, and gives the text its mark and its line ends again. */
function inForm(text: string, change: Change): Edit {
  const [mark = ''] = /^\uFEFF?/.exec(text) ?? [];
  const [lineEnd = '\n'] = /\r\n|\n|\r/.exec(text) ?? [];
  const edit = change(text.slice(mark.length).replaceAll(/\r\n?/g, '\n'));
  return 'text' in edit ? { text: mark + edit.text.replaceAll('\n', lineEnd) } : edit;
}

const unread = (document: Document.Parsed): string | undefined => document.errors[0]?.message.split('\n')[0];
const unreadFile = (because: string): Edit => ({
  because: `YAML cannot read the file: ${because}`,
  hint: '`ringmaster check`, and mending the file first',
});
const usedElsewhere = (anchor: string): Edit => ({ because: `other keys take its value (&${anchor})`, hint: 'the cluster file, in an editor' });

/** Sets the value at a path, such as `pipelines.toy.games.perTurn`. An entry of a list is named by its id or its name. `value` is YAML. */
export const setValue = (text: string, path: string, value: string): Edit => inForm(text, (plain) => setIn(plain, path, value));

function setIn(text: string, path: string, value: string): Edit {
  const [document, wanted] = [parse(text), parse(value)];
  const broken = unread(document);
  if (broken !== undefined) return unreadFile(broken);
  const refused = refuseValue(wanted, value);
  if (refused !== undefined) return refused;
  const found = find(document, path);
  if ('because' in found) return found;
  const { parent, key, below, at, anchor } = found;
  if (anchor !== undefined) return usedElsewhere(anchor);
  const inside = below.reduceRight<unknown>((inner, name) => document.createNode({ [name]: inner }), wanted.contents);
  if (isMap(parent)) parent.set(document.createNode(key), inside);
  else parent.set(Number(key), wanted.contents);
  const whole = document.toString({ lineWidth: 0 });
  const range = isScalar(at) && !isBlock(at) && isScalar(wanted.contents) ? at.range : undefined;
  if (!range) return { text: whole };
  // The value is replaced in place when that means the same. In a list in brackets, for example, `a, b` would be two values.
  const spliced = text.slice(0, range[0]) + value.trim() + text.slice(range[1]);
  return { text: hasSameValue(spliced, whole) ? spliced : whole };
}

const isBlock = ({ type }: Scalar): boolean => type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';

/** Refuses a value that YAML cannot read, that is nothing, or that would lose a part of its text. */
function refuseValue(wanted: Document.Parsed, value: string): Edit | undefined {
  const broken = unread(wanted);
  if (broken !== undefined) return { because: `YAML cannot read it: ${broken}`, hint: 'quotes around the value' };
  const { contents } = wanted;
  const mark = markIn(wanted);
  const hint = isMap(contents) || isSeq(contents) ? 'quotes around that part' : `'${JSON.stringify(value.trim())}', the value in quotes`;
  if (mark !== undefined) return { because: `${mark} in YAML, and no part of the value`, hint };
  const isNothing = contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.source === '');
  return isNothing ? { because: 'there is no value', hint: '`ringmaster config unset` to remove a key' } : undefined;
}

/** Returns what of a value YAML would take for itself, as the beginning of a clause, or undefined when it takes nothing. */
function markIn(value: Document.Parsed): string | undefined {
  const { contents } = value;
  const comment = isMap(contents) || isSeq(contents) ? undefined : (value.commentBefore ?? value.comment ?? contents?.comment);
  if (typeof comment === 'string') return `#${comment} is a comment`;
  let mark: string | undefined;
  visit(value, {
    Node: (_key, node) => {
      const { tag } = node as { readonly tag?: string };
      if (isAlias(node)) mark = `*${node.source} is an alias`;
      else if ('anchor' in node && node.anchor !== undefined) mark = `&${node.anchor} is an anchor`;
      else if (tag?.startsWith('!') === true) mark = `${tag} is a tag`;
      else if (isScalar(node) && isBlock(node) && node.value === '') mark = 'this begins a block of text';
      return mark === undefined ? undefined : visit.BREAK;
    },
  });
  return mark;
}

function hasSameValue(one: string, other: string): boolean {
  const [first, second] = [parse(one), parse(other)];
  return first.errors.length === 0 && valueOf(first) === valueOf(second);
}

/** The file was read before, so its aliases stand for a bounded number of values. */
const valueOf = (document: Document.Parsed): string => canonicalJson(document.toJS({ maxAliasCount: -1 }));

/** Removes the key at a path, so that it has its default. */
export const unsetValue = (text: string, path: string): Edit => inForm(text, (plain) => unsetIn(plain, path));

function unsetIn(text: string, path: string): Edit {
  const document = parse(text);
  const broken = unread(document);
  if (broken !== undefined) return unreadFile(broken);
  const found = find(document, path);
  if ('because' in found) return found;
  if (found.at === undefined) return { because: 'the file does not have this key', hint: 'nothing: the key has its default' };
  if (found.anchor !== undefined) return usedElsewhere(found.anchor);
  found.parent.delete(isMap(found.parent) ? found.key : Number(found.key));
  return { text: document.toString({ lineWidth: 0 }) };
}

type Found =
  /** `below`: the keys below a key that is missing. `anchor`: an anchor of the value, or of a mapping or list that holds it, which an alias names. */
  | {
      readonly parent: YAMLMap | YAMLSeq;
      readonly key: string;
      readonly below: readonly string[];
      readonly at: Node | undefined;
      readonly anchor: string | undefined;
    }
  | { readonly because: string; readonly hint: string };

/** Finds the value at a path. A key may be missing in the last mapping that is there, and an entry of a list may not. */
function find(document: Document.Parsed, path: string): Found {
  const aliases = aliasesIn(document);
  const used = (name: string | undefined): string | undefined => (name !== undefined && aliases.has(name) ? name : undefined);
  let parts = path.split('.');
  if (parts.includes('')) return { because: 'a part of the key is empty', hint: 'a key such as limits.lostAfter' };
  let at: unknown = document.contents;
  let walked: readonly string[] = [];
  let anchor: string | undefined;
  for (;;) {
    const where = walked.length === 0 ? 'the file' : walked.join('.');
    if (!isMap(at) && !isSeq(at)) return { because: `${where} has no keys`, hint: walked.length === 0 ? 'a cluster file' : `set ${where} itself` };
    const names = isMap(at) ? at.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : at.items.map(nameOf);
    // An id can have dots.
    const [wrong = ''] = parts;
    const taken = parts.map((_, count) => parts.slice(0, parts.length - count).join('.')).find((name) => names.includes(name));
    const key = taken ?? wrong;
    const rest = taken === undefined ? [] : parts.slice(taken.split('.').length);
    if (taken === undefined && isMap(at) && nearestName(wrong, names) === undefined)
      return { parent: at, key: wrong, below: parts.slice(1), at: undefined, anchor: anchor ?? used(at.anchor) };
    if (taken === undefined && (parts.length > 1 || isSeq(at))) {
      return {
        because: `${where} has no ${isSeq(at) ? 'entry' : 'key'} ${wrong}`,
        hint: nearestName(wrong, names) ?? (names.length > 0 ? `one of ${names.join(', ')}` : 'the cluster file'),
      };
    }
    const index = isMap(at) ? key : String(names.indexOf(key));
    const inner: unknown = isMap(at) ? at.get(key, true) : at.get(Number(index), true);
    anchor ??= used(at.anchor) ?? used((inner as { readonly anchor?: string } | undefined)?.anchor);
    if (rest.length === 0) return { parent: at, key: index, below: [], at: inner as Node | undefined, anchor };
    walked = [...walked, key];
    parts = rest;
    at = inner;
  }
}

function aliasesIn(document: Document.Parsed): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Alias: (_key, { source }) => void names.add(source) });
  return names;
}

/** Returns the id or the name of an entry of a list, else its position. */
function nameOf(entry: unknown, at: number): string {
  const own: unknown = isMap(entry) ? (entry.get('id') ?? entry.get('name')) : undefined;
  return typeof own === 'string' || typeof own === 'number' ? String(own) : String(at);
}
