import { errorText } from '../../src/domain/failure/error.ts';

/** Returns what a person reads of the error that `act` throws. */
export function sentenceThrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return errorText(error);
  }
  throw new Error('Cannot read a sentence because nothing was thrown');
}
