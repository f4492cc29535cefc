import { expect, test } from 'vitest';
import type { Alert, AlertSilence } from '../../../src/domain/alert/alert.ts';
import { silenceFaults, silenceOf } from '../../../src/domain/alert/silence.ts';
import { viewsOf } from '../../../src/domain/alert/view.ts';
import { silenceMsMax } from '../../../src/domain/limits.ts';

const silence = (target: string, untilMs = 100): AlertSilence => ({ target, by: 'ada@desk', reason: 'known', sinceMs: 0, untilMs });
const alert = (rule: string, label: string, over: Partial<Alert> = {}): Alert => ({
  id: `${rule}/${label}`,
  rule,
  labels: { node: label },
  state: 'firing',
  summary: 's',
  forMs: 0,
  sinceMs: 1,
  held: { ms: 0, atMs: 1 },
  firedAtMs: 1,
  ...over,
});

test('a silence covers its alert, or all alerts of its rule, until its end', () => {
  const b = alert('NodeLost', 'b');
  expect(silenceOf(b, [silence('NodeLost/b')], 99)?.target).toBe('NodeLost/b');
  expect(silenceOf(b, [silence('NodeLost')], 99)?.target).toBe('NodeLost');
  expect(silenceOf(b, [silence('NodeLost')], 100)).toBeUndefined();
  expect(silenceOf(b, [silence('NodeLost/bb'), silence('Node'), silence('DiskLow')], 99)).toBeUndefined();
});

test('the firing alerts come first, the critical ones before the others, and the silenced ones after them; inactive ones are not shown', () => {
  const alerts = [
    alert('NodeLost', 'resolved', { state: 'resolved', resolvedAtMs: 2 }),
    alert('NodeLost', 'gone', { state: 'inactive' }),
    alert('Unheard', 'of'),
    alert('NodeLost', 'silenced'),
    alert('QueueEmpty', 'pending', { state: 'pending' }),
    alert('DeadLetters', 'warning'),
    alert('NodeLost', 'old'),
    alert('NodeLost', 'new', { firedAtMs: 9 }),
  ];
  expect(viewsOf(alerts, [silence('NodeLost/silenced')], 50).map(({ id }) => id.split('/')[1])).toEqual([
    'new',
    'old',
    'warning',
    'silenced',
    'pending',
    'resolved',
  ]);
});

test('a request with faults is refused, and each fault is named', () => {
  const good = { verb: 'silence', targets: ['NodeLost', 'DeadLetters/dispatcher'], by: 'ada@desk', reason: '', forSeconds: 60 };
  expect(silenceFaults(good)).toEqual([]);
  expect(silenceFaults({ ...good, verb: 'unsilence', forSeconds: undefined })).toEqual([]);
  expect(silenceFaults({ ...good, targets: ['NodeLots/b', ''] })).toEqual(['there is no rule NodeLots (is it NodeLost?)', 'there is no rule ']);
  expect(silenceFaults({ verb: 'mute', targets: [], by: '', reason: 'x'.repeat(201) })).toEqual([
    'verb must be one of silence, unsilence',
    'targets must be a list of alerts or rules',
    'by must name the operator',
    'reason must be a text of at most 200 characters',
  ]);
  for (const forSeconds of [0, -1, silenceMsMax, '60', undefined])
    expect(silenceFaults({ ...good, forSeconds })).toEqual([expect.stringMatching(/^forSeconds must be/)]);
  expect(silenceFaults({ ...good, targets: [`NodeLost/${'x'.repeat(300)}`] })).toEqual(['a target has at most 300 characters']);
});
