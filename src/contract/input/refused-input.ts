import { type FailureParts } from '../../domain/failure/record.ts';
import { shownFaultsMax } from './limits.ts';

/** Returns the parts of the failure of an activity or workflow whose input has these faults. Every fault is named, up to a limit. */
export const refusedInput = (what: string, faults: readonly string[]): FailureParts => ({
  cannot: `run ${what}`,
  because: `its input is not valid: ${faults.slice(0, shownFaultsMax).join('; ')}${faults.length > shownFaultsMax ? `; and ${faults.length - shownFaultsMax} more` : ''}`,
  hint: { say: 'an input as docs/temporal-cli.md shows it; activities take names and digests, never paths' },
  fields: { faults: faults.length },
});
