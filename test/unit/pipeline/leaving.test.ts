/** A pipeline that the cluster file no longer names is stopped, and `up` says so. */
import { expect, it } from 'vitest';
import { leavingPipelines, sayLeavingPipeline } from '../../../src/domain/pipeline/leaving.ts';
import type { PipelineView } from '../../../src/domain/pipeline/view.ts';
import type { PipelineWish } from '../../../src/domain/pipeline/wish.ts';

type Seen = Pick<PipelineView, 'name' | 'turn' | 'stage' | 'standing'>;
const stopped: PipelineWish = { wish: 'stopped', by: 'kim@desk', reason: 'a look', sinceMs: 1 };
const seen = (stage: Seen['stage'], turnsLeft: number | 'unlimited', wish?: PipelineWish): Seen => ({
  name: 'nim',
  turn: 2,
  stage,
  standing: { nextTurn: 2, turnsLeft, ...(wish === undefined ? {} : { wish }) },
});

it.each<[string, Seen, readonly string[], boolean]>([
  ['a turn is under way', seen('train', 2), [], true],
  ['turns are wanted after a failure', seen('failed', 1), [], true],
  ['turns are wanted without end', seen('idle', 'unlimited'), [], true],
  ['it is named', seen('train', 2), ['nim'], false],
  ['it was stopped', seen('stopped', 0, stopped), [], false],
  ['a stop waits for the turn under way', seen('train', 2, stopped), [], false],
  ['no turn is wanted', seen('idle', 0), [], false],
])('leaves with something to say: %s', (_, view, named, isLeaving) => {
  expect(leavingPipelines([view], named).map(({ name }) => name)).toEqual(isLeaving ? ['nim'] : []);
});

it('is said in the words of `up`', () => {
  const say = (view: Seen) => leavingPipelines([view], []).flatMap(sayLeavingPipeline);
  expect(say(seen('train', 2))).toEqual([
    'Pipeline nim leaves the cluster: the file no longer names it. No further turn begins, also none that was asked for.',
    '  Turn 2 (train) goes on to its end; `ringmaster pipeline stop nim --now` ends it at once.',
  ]);
  expect(say(seen('failed', 'unlimited'))).toEqual(['Pipeline nim leaves the cluster: the file no longer names it. No further turn begins.']);
});
