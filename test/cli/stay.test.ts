import { expect, test } from 'vitest';
import type { Context } from '../../src/cli/context/context.ts';
import type { Interruption } from '../../src/cli/exit/interruption.ts';
import { stay } from '../../src/cli/verb/stay.ts';

type Life = 'runs' | 'stopped' | 'died';

/** Runs `stay` over a launcher whose life is seen in this order. Returns how it ended and how often `up` was called. */
async function stayOver(lives: readonly Life[], onLook: (look: number, abort: () => void) => void = () => {}) {
  const controller = new AbortController();
  const stop: Interruption = {
    signal: controller.signal,
    happened: new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve(), { once: true })),
  };
  let looks = 0;
  let ups = 0;
  const launcher = {
    launcherLife: async (): Promise<Life> => {
      const life = lives[looks] ?? 'runs';
      looks += 1;
      onLook(looks, () => controller.abort());
      return life;
    },
    up: async () => void (ups += 1),
  } as unknown as Context['launcher'];
  const ended = await stay({ launcher, say: () => {} }, { file: 'cluster.yaml', state: '/state', stop, lookMs: 1 });
  return { ended, ups };
}

test('in the foreground a launcher that died is started again', async () => {
  expect(await stayOver(['runs', 'died', 'runs', 'stopped'])).toEqual({ ended: 'stopped', ups: 1 });
});

test('a stop from another terminal ends the foreground, and so does a signal', async () => {
  expect(await stayOver(['runs', 'stopped'])).toEqual({ ended: 'stopped', ups: 0 });
  expect(await stayOver([], (look, abort) => (look === 3 ? abort() : undefined))).toEqual({ ended: 'interrupted', ups: 0 });
});
