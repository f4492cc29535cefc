import * as z from 'zod';
import { watchNames } from '../../domain/cluster/watch.ts';

/** Returns the schema of one row of the watch over the parts that keep the cluster running. */
export const watchSchema = <Hint extends z.ZodType>(hint: Hint) =>
  z.object({
    name: z.enum(watchNames),
    ok: z.boolean().describe('False when the part does not do its work, or when the evidence for it is old.'),
    detail: z.string(),
    ageMs: z.exactOptional(z.number()).describe('The age of the evidence.'),
    hint: z.exactOptional(hint),
    notice: z.exactOptional(z.literal(true)).describe('Present for something that a person should know although nothing is wrong.'),
  });
