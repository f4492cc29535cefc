import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { meantNumber } from '../../base/meant/meant-number.ts';
import { readRefusal } from '../../config/fault/refusal.ts';
import { durationText, parseDuration } from '../../base/duration.ts';
import { durationFault } from '../../config/schema/key-faults.ts';
import { parseTime, timeForms } from '../../config/parse-time.ts';
import { formats, type Format } from '../render/output.ts';

const tableFormat: Format = 'table';

export const outputOption = () => new Option('-o, --output <format>', 'how to show it').choices(formats).default(tableFormat);
export const limitOption = () => new Option('--limit <n>', 'entries at most').argParser(numberOf(1, 1000)).default(50);

/**
 * Returns a parser of numbers from `min` to `max`. The parser accepts fractions only when `min` is a fraction. When it refuses a number, the message
 * names the bounds and the number that was most likely meant.
 */
export function numberOf(min: number, max: number): (text: string) => number {
  const fraction = !Number.isInteger(min);
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max && (Number.isInteger(value) || fraction)) return value;
    const meant = meantNumber(text, { fraction });
    const near = meant === undefined ? '' : ` Try ${Math.min(max, Math.max(min, fraction ? meant : Math.round(meant)))}.`;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.${near}`);
  };
}

/**
 * Returns a parser of durations from `minMs` to `maxMs`, such as `90s` or `1h`, in the same way as the cluster file. The bounds are those of the reader
 * of the value, so that a value that the parser takes is not refused later. The parser returns milliseconds.
 */
export function durationOf(minMs: number, maxMs: number): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
    const { what, hint } = readRefusal(durationFault(text, minMs, maxMs, '1h'));
    throw new InvalidArgumentError(`It ${what.startsWith('must') ? what : `must be a duration like ${durationText}`}. Try ${hint}.`);
  };
}

/** Returns the time as text with its zone, because control may run in another zone than this terminal. */
export function timeOption(text: string): string {
  const ms = parseTime(text, Date.now());
  if (ms === undefined) throw new InvalidArgumentError(`It must be a time: ${timeForms}.`);
  return new Date(ms).toISOString();
}

export { timeForms };
