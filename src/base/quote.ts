/** Returns text as one word of a POSIX shell's command line. Throws for a NUL, which no argument of a program can contain. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('an argument cannot hold a NUL byte');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
export const quoteAll = (words: readonly string[]): string => words.map(quote).join(' ');
