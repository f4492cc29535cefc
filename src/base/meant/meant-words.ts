/**
 * Returns the list of words that a command line means. The words are split as a shell splits them only when a shell would do nothing else with them.
 * Otherwise the list starts a shell with the whole line.
 */
export function meantWords(line: string): readonly string[] {
  if (/["']/.test(line.replaceAll(/'[^']*'|"[^"]*"/g, ''))) return withoutStrayQuote(line);
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const word = /^(?:[^\s"'`\\$|&;<>()*?~#!]|'[^']*'|"[^"`\\$!]*")+(?=\s|$)/.exec(rest)?.[0];
    if (word === undefined) return ['sh', '-c', line.trim()];
    words.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_all, single?: string, double?: string) => single ?? double ?? ''));
    rest = rest.slice(word.length).trimStart();
  }
  // A word such as `A=b` in front sets a variable, and a bracket may be a pattern, so a shell would do more than split.
  return words.length === 0 || /^\w+=/.test(words[0] ?? '') || words.some((word) => /\[.*\]/.test(word)) ? ['sh', '-c', line.trim()] : words;
}

/** A quote that is not closed is no sign of a shell, which would only refuse it. */
const withoutStrayQuote = (line: string): readonly string[] =>
  line
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^["']|["']$/g, ''))
    .filter((word) => word !== '');
