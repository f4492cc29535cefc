/** One word of a POSIX shell command line, whatever it holds. NUL cannot be passed to any program. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('an argument cannot hold a NUL byte');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
export const quoteAll = (words: readonly string[]): string => words.map(quote).join(' ');
