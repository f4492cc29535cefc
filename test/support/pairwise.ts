/** A dimension is a name with its values. */
export type Dimensions = Readonly<Record<string, readonly string[]>>;
export type Row<D extends Dimensions> = { readonly [Name in keyof D]: string };

/**
 * Returns rows in which every two values of two dimensions meet at least once. The rows are the same for the same dimensions. A row begins with a pair that
 * is still missing, and each other value is the one that adds the most missing pairs.
 */
export function pairwise<D extends Dimensions>(dimensions: D): readonly Row<D>[] {
  const names = Object.keys(dimensions);
  const key = (a: string, x: string, b: string, y: string): string => (a < b ? [a, x, b, y] : [b, y, a, x]).join('\0');
  const missing = new Set<string>();
  for (const [at, a] of names.entries())
    for (const b of names.slice(at + 1)) for (const x of dimensions[a] ?? []) for (const y of dimensions[b] ?? []) missing.add(key(a, x, b, y));
  const rows: Record<string, string>[] = [];
  while (missing.size > 0) {
    const [first = ''] = missing;
    const [a = '', x = '', b = '', y = ''] = first.split('\0');
    const row: Record<string, string> = { [a]: x, [b]: y };
    for (const name of names) {
      if (row[name] !== undefined) continue;
      const gain = (value: string): number => Object.entries(row).filter(([other, chosen]) => missing.has(key(name, value, other, chosen))).length;
      // Values that gain the same take turns, so that no value is in all rows.
      const values = dimensions[name] ?? [];
      const turned = [...values.slice(rows.length % values.length), ...values.slice(0, rows.length % values.length)];
      row[name] = turned.toSorted((one, two) => gain(two) - gain(one))[0] ?? '';
    }
    for (const [name, value] of Object.entries(row))
      for (const [other, chosen] of Object.entries(row)) if (name !== other) missing.delete(key(name, value, other, chosen));
    rows.push(row);
  }
  return rows as unknown as readonly Row<D>[];
}

/** Returns a source of random numbers from 0 to 1 (mulberry32). The numbers are the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
