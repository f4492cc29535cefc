import { expect, test } from 'vitest';
import { freshHealth, type HealthAnswer, judgeHealth, type HealthVerdict } from '../../../src/domain/daemon/health.ts';

/** Judges answers one after another, each a second after the one before, and returns the last verdict. */
function judge(types: readonly HealthAnswer['type'][], isReady = false): HealthVerdict {
  let verdict: HealthVerdict = { memory: freshHealth(isReady) };
  for (const type of types) verdict = judgeHealth({ type, says: type }, verdict.memory, { silentMax: 3, readyWithinMs: 5_000, passedMs: 1_000 });
  return verdict;
}

test('a program is ready with its first good answer, whatever it answered before', () => {
  expect(judge(['silent', 'unwell', 'silent', 'silent']).health).toBeUndefined();
  expect(judge(['silent', 'unwell', 'silent', 'silent', 'well'])).toMatchObject({ memory: { isReady: true }, health: { healthy: true } });
});

test('a program that is not ready in time hangs', () => {
  expect(judge(['silent', 'unwell', 'unwell', 'silent', 'silent']).hangs).toBe('it was not ready after 5 s: silent');
});

test('a program that is unwell is unhealthy and goes on; one that is silent three times in a row hangs', () => {
  expect(judge(['unwell', 'unwell', 'unwell', 'unwell'], true)).toEqual({
    memory: { isReady: true, silences: 0, waitedMs: 0 },
    health: { healthy: false, message: 'unwell' },
  });
  expect(judge(['silent', 'silent', 'unwell', 'silent', 'silent'], true).health).toEqual({ healthy: false, message: 'silent (2 of 3 times)' });
  expect(judge(['silent', 'silent', 'silent'], true).hangs).toBe('its health check got no answer 3 times in a row: silent');
});
