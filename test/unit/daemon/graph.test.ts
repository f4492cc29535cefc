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
    'the daemons A → B → C → A need each other in a circle',
    'D must start after EVENT_ROUTER, and does not need it, not even through another daemon',
    'AUTO_SYNC must start after DATA_PIPELINE, and does not need it, not even through another daemon',
  ]);
  expect(() => startOrder(faulty)).toThrow('need each other in a circle');
});
