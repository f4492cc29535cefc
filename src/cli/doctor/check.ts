import { hintText } from '../../domain/failure/hint.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';

/** The result of one check. `doctor` succeeds even with the results `warn` and `skipped`. */
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

/** Runs a check. A check that throws counts as failed, so that `doctor` always reports all checks. */
export async function guarded(name: string, check: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    const { message, hint } = asVerbFailure(error);
    return fault(name, message, hint === undefined ? 'ringmaster explain internal.defect' : hintText(hint));
  }
}
