import { describe, expect, it, test } from 'vitest';
import {
  fileAnswer,
  type FileLook,
  freshHealth,
  type HealthMemory,
  type HealthAnswer,
  judgeHealth,
  type HealthVerdict,
} from '../../../src/domain/daemon/health.ts';

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

describe('the age of a file', () => {
  const question = { path: 'beat', freshMs: 30_000 };
  const limits = { silentMax: 3, readyWithinMs: 5_000, passedMs: 1_000 };
  const look = (mark: string, upSeconds: number, clockAgeSeconds: number, boot = 'b'): FileLook => ({ mark, boot, upSeconds, clockAgeSeconds });
  /** Returns the answers to these looks, one after the other. */
  const answers = (looks: readonly FileLook[], isReady: boolean): readonly HealthAnswer['type'][] => {
    let memory: HealthMemory = freshHealth(isReady);
    return looks.map((one) => {
      const answer = fileAnswer(one, question, memory);
      ({ memory } = judgeHealth(answer, memory, limits));
      return answer.type;
    });
  };

  it('counts from the look that found the change, whatever the clock of the node says', () => {
    const wrong = [3_600, -3_600, 0, 100 * 86_400];
    expect(wrong.flatMap((age) => answers([look('1', 100, 0), look('2', 110, age), look('3', 139, age), look('3', 169, age)], true))).toEqual(
      wrong.flatMap(() => ['well', 'well', 'well', 'well']),
    );
    expect(wrong.map((age) => answers([look('1', 100, 0), look('1', 130, age), look('1', 131, age)], true).at(-1))).toEqual(
      wrong.map(() => 'silent'),
    );
  });

  it('a file that was old before the program started makes it not ready, until the program changes the file', () => {
    expect(answers([look('old', 100, 31), look('old', 101, 32), look('new', 102, 3_600), look('new', 110, 3_600)], false)).toEqual([
      'silent',
      'silent',
      'well',
      'well',
    ]);
  });

  it('a program that was ready is not called silent by the first look of another watcher, nor after a restart of the node', () => {
    expect(answers([look('1', 100, 9_999)], true)).toEqual(['well']);
    expect(answers([look('1', 100_000, 0), look('1', 5, 9_999, 'other')], true)).toEqual(['well', 'well']);
  });
});
