/**
 * Parses lines of "<sha256>  <path>" and returns path → hex. Drops a leading `./` of a path. Leaves out lines with an escaped name (they begin with a
 * backslash): such names are not allowed.
 */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (/^[0-9a-f]{64} [ *]/.test(line)) sums.set(line.slice(66).replace(/^\.\//, ''), line.slice(0, 64));
  }
  return sums;
}
