import type { LineFault } from './mend-syntax.ts';

/** Characters that look like a blank or like nothing, and are letters for YAML. Word processors and web pages put them into copied text. */
const odd = /[\u00A0\u1680\u2000-\u200D\u202F\u205F\u2060\u3000\uFEFF]/;
const each = new RegExp(odd, 'g');
const withoutWidth = /[\u200B-\u200D\u2060\uFEFF]/;

const nameOf = (character: string): string => {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return character === '\u00A0'
    ? `a no-break space (${code})`
    : withoutWidth.test(character)
      ? `an invisible character (${code})`
      : `an odd blank (${code})`;
};

/** Returns the text with the code of each odd blank in its place, so that a person sees it. */
export const visible = (text: string): string => text.replaceAll(each, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const hasOddBlank = (text: string): boolean => odd.test(text);

/** Returns the text with a blank in place of each odd one outside quotes and comments, and a fault for each line that has one. */
export function withoutOddBlanks(text: string): { readonly text: string; readonly faults: readonly LineFault[] } {
  if (!odd.test(text)) return { text, faults: [] };
  const faults: LineFault[] = [];
  let quote = '';
  const lines = text.split('\n').map((line, index) => {
    let first = '';
    let isComment = false;
    let mended = '';
    let before = ' ';
    for (const character of line) {
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (!isComment && /["']/.test(character) && /[\s:,[{-]/.test(before)) quote = character;
      else if (character === '#' && /\s/.test(before)) isComment = true;
      const isOdd = quote === '' && !isComment && odd.test(character);
      if (isOdd) first ||= character;
      const kept = !isOdd ? character : withoutWidth.test(character) ? '' : ' ';
      mended += kept;
      before = kept || before;
    }
    if (first !== '')
      faults.push({
        path: [],
        isAside: true,
        line: index + 1,
        what: `has ${nameOf(first)}, which YAML takes for a letter`,
        hint: withoutWidth.test(first) ? 'the line without it, or quotes around the text' : 'a blank in its place, or quotes around the text',
      });
    return mended;
  });
  return { text: lines.join('\n'), faults };
}
