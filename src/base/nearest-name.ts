/**
 * Returns the known name that a person most likely meant, or undefined when no name is near. Upper case, hyphens and underscores do not count:
 * `self_play` and `SelfPlay` are `selfPlay`. Otherwise at most two slips are allowed, and at most a third of the length of the wrong name. A slip is a
 * letter that was changed, added, dropped, or swapped with the next letter.
 */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');
  const exact = known.find((name) => plain(name) === plain(wrong));
  if (exact !== undefined) return exact;
  const slipsMax = Math.min(2, Math.ceil(wrong.length / 3));
  const ranked = known.map((name) => ({ name, slips: slipsBetween(plain(wrong), plain(name)) })).toSorted((a, b) => a.slips - b.slips);
  const best = ranked[0];
  return best !== undefined && best.slips <= slipsMax ? best.name : undefined;
}

/** Returns the optimal string alignment distance of two names. The loop computes one row of the distance matrix at a time. */
function slipsBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [last[j], row[j - 1], last[j - 1]].map((slips = 0, way) => slips + (way === 2 ? cost : 1));
      row.push(Math.min(...ways, ...(swapped ? [(beforeLast[j - 2] ?? 0) + 1] : [])));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
