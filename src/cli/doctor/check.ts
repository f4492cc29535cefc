import { errorText } from '../../domain/failure/error.ts';

/** One thing looked at. `warn` and `skipped` do not make doctor fail. */
export interface Check {
  readonly name: string;
  readonly result: 'ok' | 'fault' | 'warn' | 'skipped';
  readonly detail: string;
  readonly fix?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, result: 'ok', detail });
export const fault = (name: string, detail: string, fix: string): Check => ({ name, result: 'fault', detail, fix });
export const warn = (name: string, detail: string, fix: string): Check => ({ name, result: 'warn', detail, fix });
export const skipped = (name: string, detail: string): Check => ({ name, result: 'skipped', detail });

/** A check that throws is a fault like another: doctor itself must always get to its end. */
export async function guarded(name: string, check: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return fault(name, errorText(error), 'what the message says');
  }
}
