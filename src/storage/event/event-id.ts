import { randomBytes } from 'node:crypto';

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Returns a new id: nine digits for the time, so that ids sort by time, and eight random ones. No digit looks like another. */
export function eventId(atMs: number): string {
  let time = '';
  for (let left = Math.max(0, Math.round(atMs)), k = 0; k < 9; k += 1, left = Math.floor(left / 32)) time = `${digits[left % 32]}${time}`;
  return `${time}-${[...randomBytes(8)].map((byte) => digits[byte % 32]).join('')}`;
}
