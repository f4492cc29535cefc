/**
 * YAML takes some marks for itself: a tag (`!`), an anchor (`&x`), the sign of a block (`|`, `>`). Where the file wants text, a person meant such a mark
 * as a part of the text, and the text would be lost without a word.
 */
import type { Scalar, YAMLMap } from 'yaml';
import type { Fault } from './fault.ts';

type Wrong = Pick<Fault, 'what' | 'hint'>;

export interface Texts {
  /** The text of the file as the person wrote it. */
  readonly written: string;
  /** The text that was parsed, in which the ranges of the nodes count. */
  readonly parsed: string;
}

/** Returns the fault of a scalar that loses a part of its text, or undefined when it keeps all of it. */
export function lostText(node: Scalar, tag: string | undefined, texts: Texts): Wrong | undefined {
  const { anchor, source = '', type } = node;
  const isBare = anchor !== undefined && !hasAlias(texts.written, anchor);
  const words = [...(isBare ? [`&${anchor}`] : []), ...(tag === undefined ? [] : [tag]), ...(source === '' ? [] : [source])].join(' ');
  const hint = `${JSON.stringify(words)} (put it in quotes)`;
  if (tag !== undefined) return { what: `${tag} is a tag in YAML, and no part of the text`, hint };
  if (isBare) return { what: `&${anchor} is an anchor in YAML that no alias uses, and no part of the text`, hint };
  if ((type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') && node.value === '') {
    const [sign = ''] = /^\S*/.exec(texts.parsed.slice(node.range?.[0])) ?? [];
    return { what: `${sign} begins a block of text in YAML, and the block is empty`, hint: `${JSON.stringify(sign)} (put it in quotes)` };
  }
  return undefined;
}

/** Returns the words of a mapping on one line without braces, such as `Accept: text/html`. A person meant them as text. */
export function bareWords(node: YAMLMap, texts: Texts): string | undefined {
  const [start, end] = node.range ?? [];
  const words = texts.parsed.slice(start, end).trim();
  return words.startsWith('{') || words.includes('\n') ? undefined : words;
}

const hasAlias = (text: string, anchor: string): boolean =>
  text.split(`*${anchor}`).some((rest, index) => index > 0 && /^(?:[\s,[\]{}:]|$)/.test(rest));
