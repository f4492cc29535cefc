/**
 * The known name a person most likely meant, or undefined when none is near. `self_play` and `SelfPlay` are `selfPlay`;
 * otherwise at most two slips (a third of the name's length) by letters changed, added, dropped or swapped.
 */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');
  const exact = known.find((name) => plain(name) === plain(wrong));
  if (exact !== undefined) return exact;
  const slipsMax = Math.min(2, Math.ceil(wrong.length / 3));
  const ranked = known
    .map((name) => ({ name, slips: slipsBetween(plain(wrong), plain(name)) }))
    .toSorted((a, b) => a.slips - b.slips);
  const best = ranked[0];
  return best !== undefined && best.slips <= slipsMax ? best.name : undefined;
}

/** Optimal string alignment distance. */
function slipsBetween(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from<number>({ length: b.length }).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, at(i - 2, j - 2) + 1);
      rows[i]![j] = slips;
    }
  }
  return at(a.length, b.length);
}
