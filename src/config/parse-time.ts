import { parseDuration } from '../base/duration.ts';

/** The forms of a time, for people. */
export const timeForms = '12h, 22:00, 2026-01-31, "2026-01-31 22:00" or 2026-01-31T22:00:00Z';

const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const dateAndClock = /^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Returns the milliseconds of a time, or undefined for any other text. A duration names the moment that was this long ago. A time of day names its last
 * moment before now. A time without a zone is in the zone of this process.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  const word = text.trim();
  const duration = parseDuration(word);
  if (duration !== undefined) return nowMs - duration;
  const ofDay = clock.exec(word);
  if (ofDay !== null) return lastMoment(Number(ofDay[1]), Number(ofDay[2]), Number(ofDay[3] ?? 0), nowMs);
  if (date.test(word)) return isDay(word) ? parsed(`${word}T00:00:00`) : undefined;
  const both = dateAndClock.exec(word);
  return both === null || !isDay(both[1] ?? '') ? undefined : parsed(`${both[1]}T${(both[2] ?? '').padStart(5, '0')}${both[3] ?? ''}`);
}

function lastMoment(hours: number, minutes: number, seconds: number, nowMs: number): number | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const at = new Date(nowMs);
  at.setHours(hours, minutes, seconds, 0);
  if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
  return at.getTime();
}

/** Date.parse reads the 30th of February as the 2nd of March. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

function parsed(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
