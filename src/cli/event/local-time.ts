const two = (value: number): string => String(value).padStart(2, '0');

/** Returns a time in the zone of this terminal: `2026-01-31 22:14:03`. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
