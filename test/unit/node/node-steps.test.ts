/** Tests the order of the steps in a round of `node/<id>`. Each step is chosen from the state at the time of the choice. */
import { describe, expect, it } from 'vitest';
import { nextNodeStep, type NodeKnowledge, type NodeStep } from '../../../src/domain/node/node-steps.ts';
import type { NodeWish } from '../../../src/domain/node/wish.ts';
import { nodeView } from '../../support/item-spec.ts';

const minute = 60_000;
const knows = (more: Partial<NodeKnowledge> = {}): NodeKnowledge => ({
  view: nodeView('b'),
  resident: false,
  hasChanged: false,
  workerTries: 0,
  tidiedAtMs: 0,
  straysAtMs: 0,
  nowMs: minute,
  historyEvents: 10,
  ...more,
});
const drained: NodeWish = { service: 'draining', reason: 'fan', by: 'kim@desk', sinceMs: 0, drainedAtMs: 1 };

/** Returns the types of all steps of one round. Nothing changes during the round. */
function roundOf(known: NodeKnowledge): NodeStep['type'][] {
  const types: NodeStep['type'][] = [];
  for (let step = nextNodeStep(known); ; step = nextNodeStep(known, step.type)) {
    if (types.includes(step.type)) return types;
    types.push(step.type);
  }
}

describe('a round', () => {
  it('of a node without a view is a rest', () => {
    expect(roundOf(knows({ view: undefined, hasChanged: true, resident: true, historyEvents: 101, nowMs: 99 * minute }))).toEqual(['rest']);
  });

  it('without a change rests and shows the node', () => {
    expect(roundOf(knows())).toEqual(['rest', 'show']);
  });

  it('with every step due has this order', () => {
    const known = knows({ hasChanged: true, resident: true, nowMs: 6 * minute });
    expect(roundOf(known)).toEqual(['rest', 'announce', 'start-worker', 'tidy', 'show']);
    expect(roundOf({ ...known, hasChanged: false, historyEvents: 101 })).toEqual(['rest', 'start-worker', 'tidy', 'show', 'continue-as-new']);
  });

  it('asks for old folders that no ledger knows once an hour, after the tidying', () => {
    const known = knows({ nowMs: 60 * minute, tidiedAtMs: 0, straysAtMs: 0 });
    expect(roundOf(known)).toEqual(['rest', 'tidy', 'tidy-strays', 'show']);
    expect(roundOf({ ...known, straysAtMs: 1 })).toEqual(['rest', 'tidy', 'show']);
    expect(roundOf({ ...known, wish: drained })).toEqual(['rest', 'show']);
  });

  it('after the loss of the node signals the dispatcher, and does nothing on the node', () => {
    const known = knows({ hasChanged: true, resident: true, nowMs: 6 * minute, view: nodeView('b', { state: 'lost', evidence: 'silent' }) });
    expect(roundOf(known)).toEqual(['rest', 'announce-loss', 'show']);
    expect(nextNodeStep(known, 'rest')).toEqual({ type: 'announce-loss', state: 'lost', evidence: 'silent' });
  });

  it.each(['joining', 'suspect', 'unreachable'] as const)('of a node that is %s does nothing on it', (state) => {
    expect(roundOf(knows({ resident: true, nowMs: 6 * minute, view: nodeView('b', { state }) }))).toEqual(['rest', 'show']);
  });

  it('leaves a drained node alone, but does all steps for a cordoned or draining node', () => {
    const known = knows({ resident: true, nowMs: 6 * minute });
    expect(roundOf({ ...known, wish: drained })).toEqual(['rest', 'show']);
    for (const service of ['cordoned', 'draining'] as const) {
      const { drainedAtMs: _, ...wish } = drained;
      expect(roundOf({ ...known, wish: { ...wish, service } })).toEqual(['rest', 'start-worker', 'tidy', 'show']);
    }
  });
});

describe('a step', () => {
  it('is decided from the latest state: a node that went away during the start of its worker is not tidied', () => {
    const known = knows({ resident: true, nowMs: 6 * minute });
    expect(nextNodeStep(known, 'start-worker')).toEqual({ type: 'tidy' });
    expect(nextNodeStep({ ...known, view: nodeView('b', { state: 'suspect' }) }, 'start-worker')).toMatchObject({ type: 'show' });
  });

  it('rests 1, 2, 4 … 60 s between starts of a worker, and a minute when no worker is missing', () => {
    const rests = [0, 1, 2, 5, 6, 50].map((workerTries) => nextNodeStep(knows({ resident: true, workerTries })));
    expect(rests).toEqual([1, 2, 4, 32, 60, 60].map((secondsMax, at) => ({ type: 'rest', secondsMax, workerTries: [0, 1, 2, 5, 6, 50][at] })));
    const rest = { type: 'rest', secondsMax: 60, workerTries: 0 };
    expect(nextNodeStep(knows({ workerTries: 5 }))).toEqual(rest);
    expect(nextNodeStep(knows({ resident: true, workerTries: 5, view: nodeView('b', { route: 'resident' }) }))).toEqual(rest);
  });

  it('shows the wish beside the state, and why no worker runs', () => {
    const view = nodeView('b', { state: 'lost', evidence: 'silent' });
    expect(nextNodeStep(knows({ view, wish: drained, workerTries: 2, workerFailure: 'no sshd' }), 'tidy')).toEqual({
      type: 'show',
      heading: 'lost since 1970-01-01T00:00:00.000Z; drained',
      rows: {
        evidence: 'silent',
        route: 'gateway',
        slots: 2,
        wished: 'drained since 1970-01-01T00:00:00.000Z, by kim@desk: fan',
        worker: 'not started in 2 tries, calls go through the gateway: no sshd',
      },
    });
  });
});
