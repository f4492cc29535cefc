import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../config/schema/duration.ts';
import { formats, type Format } from '../render/output.ts';

const tableFormat: Format = 'table';

export const outputOption = () => new Option('-o, --output <format>', 'how to show it').choices(formats).default(tableFormat);
export const limitOption = () => new Option('--limit <n>', 'entries at most').argParser(numberOf(1, 1000)).default(50);

/**
 * Returns a parser of numbers from `min` to `max`. The parser accepts fractions only when `min` is a fraction. When it refuses a number, the message
 * names the bounds.
 */
export function numberOf(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max && (Number.isInteger(value) || !Number.isInteger(min))) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** Parses a duration such as `90s` or `1h`. Returns milliseconds. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('It must be a number with a unit: 90s, 15m, 1h or 2d.');
}
