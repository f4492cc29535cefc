import { expect, test } from 'vitest';
import { decideStage } from '../../../src/duty/stage-duty.ts';

const at = (name: string, stage: 'promote' | 'train', detail: string) => ({ name, turn: 4, stage, stageSinceMs: 40_000, detail });

test('the daemon of a stage wakes the turns that wait for it, and no others', () => {
  const { health, steps, restMs } = decideStage(
    'AUTO_PROMOTION',
    'promote',
    [
      at('a', 'promote', 'waits for AUTO_PROMOTION, which is stopped because ada@home stopped it'),
      at('b', 'promote', 'b-4: accept'),
      at('c', 'train', ''),
    ],
    100_000,
  );
  expect(steps).toEqual([{ type: 'wake', workflow: 'generation/a/4' }]);
  expect(restMs).toBe(1_000);
  expect(health).toMatchObject({ healthy: true, message: 'at promote: turn 4 of a for 60 s, turn 4 of b for 60 s' });
});
