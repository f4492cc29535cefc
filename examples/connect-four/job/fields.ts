/** Readers of the fields of a request. Each throws BadRequest for a wrong value. */
import { BadRequest } from './bad-request.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function asObject(what: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new BadRequest(`Cannot use ${what}: it is ${JSON.stringify(value)}, not an object`);
}

export function readInteger(what: string, value: unknown, from: number, to: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new BadRequest(`Cannot use ${what}: it is ${JSON.stringify(value)}, not a whole number from ${from} to ${to}`);
}

export function readFraction(what: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new BadRequest(`Cannot use ${what}: it is ${JSON.stringify(value)}, not a number from 0 to 1`);
}

export function readName(what: string, value: unknown): string {
  if (typeof value === 'string' && /^[\w.:-]{1,200}$/.test(value)) return value;
  throw new BadRequest(`Cannot use ${what}: it is ${JSON.stringify(value)}, not 1 to 200 letters, digits or . : - _`);
}
