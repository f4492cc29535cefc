/** A size in a cluster file: a number and a unit, such as `512KiB`, `64MiB` or `1GiB`. */
export const sizePattern = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/;

/** The sizes that messages give as examples. */
export const sizeText = '512KiB, 64MiB or 1GiB';

const unitBytes = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Returns bytes, or undefined when the text is not a size. */
export function parseSize(text: string): number | undefined {
  const match = sizePattern.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes]);
}

/** Returns the shortest exact spelling: 65536 → `64KiB`. */
export function formatSize(bytes: number): string {
  const unit = (['GiB', 'MiB'] as const).find((one) => bytes >= unitBytes[one] && bytes % unitBytes[one] === 0) ?? 'KiB';
  return `${bytes / unitBytes[unit]}${unit}`;
}
