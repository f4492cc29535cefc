/** The schema of a failure. */
import * as z from 'zod';
import { failureTable, type FailureClass } from '../../domain/failure/table.ts';
import { failureCode, optional, text, texts } from './basic-schemas.ts';

export const numbers = z.record(text, z.union([text, z.number(), z.boolean()]));

export const hint = z
  .union([z.object({ say: text, run: optional(text), get: optional(text) }), z.object({ say: optional(z.never()), run: text, get: optional(text) })])
  .describe('What to try: words, a command line, or a path of this server.');
export const failureClass = z.enum([...new Set(Object.values(failureTable))] as [FailureClass, ...FailureClass[]]);
export const failureRecord = z.object({
  code: failureCode,
  class: failureClass,
  message: text.describe('Cannot X because Y.'),
  because: optional(text.describe('Y of the message. Absent in a failure of an older release.')),
  hint: optional(hint),
  fields: numbers,
  chain: texts.describe('The causes, the nearest first.'),
});
