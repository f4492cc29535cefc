import { errorText } from '../../src/domain/failure/error.ts';

/** Calls `act` and returns the thrown error's message as a person would read it. */
export function sentenceThrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return errorText(error);
  }
  throw new Error('Cannot read a sentence because nothing was thrown');
}
