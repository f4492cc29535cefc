/** The schemas of the parts that most views share. */
import * as z from 'zod';
import { failureCodes, type FailureCode } from '../../domain/failure/table.ts';

export const text = z.string();
export const count = z.int();
export const optional = z.exactOptional;
export const atMs = z.number().describe('Milliseconds since 1970.');
export const texts = z.array(text);
export const failureCode = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);
