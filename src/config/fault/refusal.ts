import type { Fault } from './fault.ts';

/** A character that no message contains. */
const separator = '\u0000';

/** Returns the error text of a schema's rule. Zod carries one string for an error, so the two fields of a fault travel in one string. */
export const refusal = (what: string, hint: string): string => `${what}${separator}${hint}`;

/** Returns the two fields of a zod message. A message of zod's own has no hint, so the documentation is the hint. */
export function readRefusal(message: string): Pick<Fault, 'what' | 'hint'> {
  const [what = '', hint = 'docs/cluster-file.md'] = message.split(separator);
  return { what, hint };
}
