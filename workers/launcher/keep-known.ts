import { knownStates, rememberState } from '../../src/config/known-states.ts';
import { launcherLimits } from '../limits.ts';

/**
 * Keeps the state folder of a running cluster in the list of this login, when the list had it and has lost it: a person may empty the folder of the
 * list. Returns a function that ends this.
 */
export function keepKnown(state: string): () => void {
  let wasKnown = false;
  const timer = setInterval(() => {
    const isKnown = knownStates(process.env).includes(state);
    try {
      if (wasKnown && !isKnown) rememberState(state, process.env, 'oldest');
    } catch {
      // No folder can be written at the moment. The next look tries again.
    }
    wasKnown ||= isKnown;
  }, launcherLimits.knownLookMs);
  timer.unref();
  return () => clearInterval(timer);
}
