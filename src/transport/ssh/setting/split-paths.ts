import { existsSync } from 'node:fs';

/**
 * Returns the paths of a list that `ssh -G` printed on one line. It separates them by spaces and puts none in quotes, so a path with a space is found
 * by looking for the longest file that exists. A path that does not exist reaches to the next word that begins a path.
 */
export function splitPaths(line: string, isThere: (path: string) => boolean = existsSync): readonly string[] {
  const words = line.split(' ');
  const paths: string[] = [];
  for (let from = 0; from < words.length;) {
    const ends = Array.from({ length: words.length - from }, (_, k) => words.length - k);
    const found = ends.find((end) => isThere(words.slice(from, end).join(' ')));
    const next = words.findIndex((word, index) => index > from && /^[/~]/.test(word));
    const end = found ?? (next < 0 ? (words[from]?.startsWith('/') === true ? words.length : from + 1) : next);
    paths.push(words.slice(from, end).join(' '));
    from = end;
  }
  return paths.filter((path) => path !== '' && path !== 'none');
}
