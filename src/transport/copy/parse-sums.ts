/** Lines "<sha256>  <path>" as path → hex. A leading `./` is dropped. Names that need escaping (a leading backslash) are left out: nobody may use them. */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (/^[0-9a-f]{64} [ *]/.test(line)) sums.set(line.slice(66).replace(/^\.\//, ''), line.slice(0, 64));
  }
  return sums;
}
