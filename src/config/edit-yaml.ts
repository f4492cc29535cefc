/**
 * Changes one value in the text of a cluster file. Everything else keeps its form, with its comments: a scalar is replaced in place. Only for
 * another change the library writes the whole text.
 */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { canonicalJson } from '../base/canonical-json.ts';
import { nearestName } from '../base/nearest-name.ts';

export type Edit = { readonly text: string } | { readonly because: string; readonly hint: string };

/** Reads every scalar as text, so that `007` and `3.10` are written back as they were. */
const parse = (text: string): Document.Parsed => parseDocument(text, { schema: 'failsafe' });

/** Sets the value at a path, such as `pipelines.toy.games.perTurn`. An entry of a list is named by its id or its name. `value` is YAML. */
export function setValue(text: string, path: string, value: string): Edit {
  const [document, wanted] = [parse(text), parse(value)];
  const unread = [...document.errors, ...wanted.errors][0];
  if (unread !== undefined) return { because: `YAML cannot read it: ${unread.message.split('\n')[0]}`, hint: 'quotes around the value' };
  const found = find(document, path);
  if ('because' in found) return found;
  const { parent, key, at } = found;
  if (wanted.contents === null) return { because: 'there is no value', hint: '`ringmaster config unset` to remove a key' };
  if (at?.anchor !== undefined) return { because: `other keys take its value (&${at.anchor})`, hint: 'the cluster file, in an editor' };
  if (isMap(parent)) parent.set(document.createNode(key), wanted.contents);
  else parent.set(Number(key), wanted.contents);
  const whole = document.toString({ lineWidth: 0 });
  const range = isScalar(at) && isScalar(wanted.contents) ? at.range : undefined;
  if (!range) return { text: whole };
  // The value is replaced in place when that means the same. In a list in brackets, for example, `a, b` would be two values.
  const spliced = text.slice(0, range[0]) + value.trim() + text.slice(range[1]);
  return { text: hasSameValue(spliced, whole) ? spliced : whole };
}

function hasSameValue(one: string, other: string): boolean {
  const [first, second] = [parse(one), parse(other)];
  return first.errors.length === 0 && canonicalJson(first.toJS()) === canonicalJson(second.toJS());
}

/** Removes the key at a path, so that it has its default. */
export function unsetValue(text: string, path: string): Edit {
  const document = parse(text);
  const found = find(document, path);
  if ('because' in found) return found;
  if (found.at === undefined) return { because: 'the file does not have this key', hint: 'nothing: the key has its default' };
  if (found.at.anchor !== undefined) return { because: `other keys take its value (&${found.at.anchor})`, hint: 'the cluster file, in an editor' };
  found.parent.delete(isMap(found.parent) ? found.key : Number(found.key));
  return { text: document.toString({ lineWidth: 0 }) };
}

type Found =
  | { readonly parent: YAMLMap | YAMLSeq; readonly key: string; readonly at: (Node & { readonly anchor?: string }) | undefined }
  | { readonly because: string; readonly hint: string };

/** Finds the value at a path. Only its last part may be missing. */
function find(document: Document.Parsed, path: string): Found {
  let parts = path.split('.');
  let at: unknown = document.contents;
  let walked: readonly string[] = [];
  for (;;) {
    const where = walked.length === 0 ? 'the file' : walked.join('.');
    if (!isMap(at) && !isSeq(at)) return { because: `${where} has no keys`, hint: walked.length === 0 ? 'a cluster file' : `set ${where} itself` };
    const names = isMap(at) ? at.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : at.items.map(nameOf);
    // An id can have dots.
    const taken = parts.map((_, count) => parts.slice(0, parts.length - count).join('.')).find((name) => names.includes(name));
    const key = taken ?? parts.join('.');
    const rest = taken === undefined ? [] : parts.slice(taken.split('.').length);
    if (taken === undefined && (parts.length > 1 || isSeq(at))) {
      const [wrong = ''] = parts;
      return {
        because: `${where} has no ${isSeq(at) ? 'entry' : 'key'} ${wrong}`,
        hint: nearestName(wrong, names) ?? (names.length > 0 ? `one of ${names.join(', ')}` : 'the cluster file'),
      };
    }
    const index = isMap(at) ? key : String(names.indexOf(key));
    const inner: unknown = isMap(at) ? at.get(key, true) : at.get(Number(index), true);
    if (rest.length === 0) return { parent: at, key: index, at: inner as Extract<Found, { at: unknown }>['at'] };
    walked = [...walked, key];
    parts = rest;
    at = inner;
  }
}

/** Returns the id or the name of an entry of a list, else its position. */
function nameOf(entry: unknown, at: number): string {
  const own: unknown = isMap(entry) ? (entry.get('id') ?? entry.get('name')) : undefined;
  return typeof own === 'string' || typeof own === 'number' ? String(own) : String(at);
}
