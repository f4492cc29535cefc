import { expect, test } from 'vitest';
import { dependantsOf, graphFaults, startOrder, withNeeds } from '../../../src/domain/daemon/graph.ts';
import { row } from './make-daemon.ts';

const router = row('EVENT_ROUTER');
const rows = [router, row('AUTO_PROMOTION', ['EVALUATION']), row('EVALUATION', ['EVENT_ROUTER']), row('OTHER', ['EVENT_ROUTER'])];

test('a start goes by layers, and includes what the daemon needs', () => {
  expect(graphFaults(rows)).toEqual([]);
  expect(startOrder(rows)).toEqual([['EVENT_ROUTER'], ['EVALUATION', 'OTHER'], ['AUTO_PROMOTION']]);
  expect(withNeeds(rows, ['AUTO_PROMOTION'])).toEqual(['EVENT_ROUTER', 'EVALUATION', 'AUTO_PROMOTION']);
  expect(dependantsOf(rows, 'EVALUATION')).toEqual(['AUTO_PROMOTION']);
});

test('a daemon that only starts after others is ordered behind them, and needs none of them', () => {
  const ordered = [row('LAST', ['ROUTER'], false, ['FIRST']), row('FIRST', ['ROUTER']), row('ROUTER')];
  expect(startOrder(ordered)).toEqual([['ROUTER'], ['FIRST'], ['LAST']]);
  expect(withNeeds(ordered, ['LAST'])).toEqual(['ROUTER', 'LAST']);
  expect(dependantsOf(ordered, 'FIRST')).toEqual([]);
  expect(
    graphFaults([row('EVENT_ROUTER'), row('FEEDBACK_LOOP', ['EVENT_ROUTER']), row('AUTO_SYNC', ['EVENT_ROUTER'], true, ['FEEDBACK_LOOP'])]),
  ).toEqual([]);
  expect(graphFaults([row('A', [], false, ['B', 'ABSENT']), row('B', ['A'])])).toEqual([
    'A starts after ABSENT, which no daemon is called',
    'the daemons A → B → A wait for each other in a circle',
  ]);
});

test('a need is not named in `after` too', () => {
  expect(graphFaults([row('A', ['B'], false, ['B']), row('B')])).toEqual(['A needs B, and so its `after` must not name it']);
});

test('all faults of the graph are named at once', () => {
  const faulty = [
    router,
    row('A', ['B', 'EVENT_ROUTER']),
    row('B', ['C']),
    row('C', ['A']),
    row('D', ['EVENT_ROUTTER']),
    row('AUTO_SYNC', ['EVENT_ROUTER']),
    row('DATA_PIPELINE', ['EVENT_ROUTER']),
    row('DATA_PIPELINE', ['EVENT_ROUTER']),
  ];
  expect(graphFaults(faulty)).toEqual([
    'DATA_PIPELINE stands in the catalogue twice',
    'D needs EVENT_ROUTTER, which no daemon is called (EVENT_ROUTER is)',
    'the daemons A → B → C → A wait for each other in a circle',
    'D must start after EVENT_ROUTER, and neither its dependencies nor its `after` say so',
    'AUTO_SYNC must start after DATA_PIPELINE, and neither its dependencies nor its `after` say so',
  ]);
  expect(() => startOrder(faulty)).toThrow('wait for each other in a circle');
});
