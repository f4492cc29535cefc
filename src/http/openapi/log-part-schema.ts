import * as z from 'zod';
import { count, text } from './basic-schemas.ts';

/** The schema of a part of a log. */
export const logPartSchema = z.object({
  text,
  end: count.describe('The position of the end of the text, in all that was written to the log. The next part begins there.'),
  missed: count.describe('The bytes before the text that were not sent.'),
  start: count.describe('Number of the try or process.'),
  newest: count.describe('Number of the newest process of the command daemon.'),
  isOver: z.boolean().describe('True when nothing more follows.'),
});
