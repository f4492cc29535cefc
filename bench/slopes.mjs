/**
 * The slopes of a soak, in MiB an hour. A cache that fills has a slope in the first half of the time and none in the second. A leak has the same slope in
 * both. The sizes before the warm-up has ended are left out, because programs are compiled then.
 */
const MiB = 1024 * 1024;
const hourMs = 3_600_000;

/** Returns the slope of the least-squares line through points of milliseconds and bytes. Undefined for fewer than three points. */
export function slope(points) {
  if (points.length < 3) return undefined;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, bytes] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const over = points.reduce((sum, [x, y]) => sum + (x - at) * (y - bytes), 0);
  const under = points.reduce((sum, [x]) => sum + (x - at) ** 2, 0);
  return Number((((over / under) * hourMs) / MiB).toFixed(1));
}

/** Returns the growth of each name in the last sample. A sample is its time in milliseconds and the bytes by name, and a name may lack in some. */
export function growth(samples, warmUpMs) {
  const warm = samples.filter(([at]) => at >= warmUpMs);
  return Object.keys(samples.at(-1)?.[1] ?? {}).map((name) => {
    const points = warm.flatMap(([at, bytes]) => (bytes[name] === undefined ? [] : [[at, bytes[name]]]));
    const half = Math.floor(points.length / 2);
    const mebibytes = (point) => Number(((point?.[1] ?? 0) / MiB).toFixed(1));
    return {
      soak: name,
      firstMiB: mebibytes(points[0]),
      lastMiB: mebibytes(points.at(-1)),
      mibPerHour: slope(points),
      firstHalf: slope(points.slice(0, half)),
      secondHalf: slope(points.slice(half)),
    };
  });
}
