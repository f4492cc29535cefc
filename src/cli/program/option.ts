import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
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
