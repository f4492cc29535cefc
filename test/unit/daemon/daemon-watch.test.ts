/** The watch over the daemons: a daemon that should run and does not is named, and a stop by an operator is shown. */
import { describe, expect, test } from 'vitest';
import { type DaemonLook, daemonWatch } from '../../../src/domain/daemon/daemon-watch.ts';
import { backoffMs } from '../../../src/domain/daemon/lifecycle.ts';
import { daemonAwayMsMax } from '../../../src/domain/limits.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';

const look = (id: string, over: Partial<DaemonLook> = {}): DaemonLook => ({
  id,
  intervalMs: 60_000,
  state: 'running',
  because: 'all is well',
  wish: { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 },
  missing: [],
  restarts: 0,
  ageMs: 1_000,
  ...over,
});
const well = look('EVENT_ROUTER');
const record = failureRecord('ledger.corrupt', { cannot: 'read a ledger', because: 'it is damaged', hint: { run: 'ringmaster doctor' } });
const failed = (id: string): DaemonLook =>
  look(id, { state: 'failed', because: `its work failed: ${record.message}`, failure: { kind: 'threw', record, atMs: 0 }, restarts: 5 });
const longAgo = daemonAwayMsMax + 1_000;
const stopped = (id: string): DaemonLook =>
  look(id, {
    state: 'stopped',
    because: 'ada@home stopped it (quiet)',
    wish: { wish: 'stopped', by: 'ada@home', reason: 'quiet', sinceMs: 0 },
    ageMs: longAgo,
  });

describe('the watch over the daemons', () => {
  test('is content while each daemon does its rounds', () => {
    expect(daemonWatch([well, look('EVALUATION', { state: 'degraded', ageMs: 2_000 })])).toEqual({ ok: true, detail: '2 daemons run', ageMs: 2_000 });
  });

  test.each<[string, readonly DaemonLook[], RegExp, string]>([
    [
      'a daemon that has failed',
      [well, failed('QUEUE_POPULATOR')],
      /^QUEUE_POPULATOR has failed \(ledger\.corrupt\): its work failed: Cannot read a ledger because it is damaged$/,
      'ringmaster daemon reset QUEUE_POPULATOR',
    ],
    [
      'a daemon that was never started',
      [well, { ...look('EVALUATION', { state: 'stopped' }), ageMs: undefined }],
      /^EVALUATION has not been started yet$/,
      'ringmaster daemon show EVALUATION',
    ],
    [
      'a daemon without rounds',
      [look('EVALUATION', { ageMs: 181_000 })],
      /^EVALUATION has done no round for 181 s$/,
      'ringmaster daemon show EVALUATION',
    ],
    [
      'a daemon that fails again and again',
      [look('EVALUATION', { state: 'backing-off', because: 'its work was lost: x', restarts: backoffMs.length + 1 })],
      /^EVALUATION is backing-off after 6 failures in a row: its work was lost: x$/,
      'ringmaster daemon show EVALUATION',
    ],
    [
      'a daemon whose first round does not end',
      [look('EVALUATION', { state: 'starting', because: 'every daemon that it needs runs', ageMs: longAgo })],
      /^EVALUATION is starting for 61 s: every daemon that it needs runs$/,
      'ringmaster daemon show EVALUATION',
    ],
    [
      'a daemon that waits for one that runs',
      [well, look('EVALUATION', { state: 'waiting', because: 'it needs EVENT_ROUTER', missing: ['EVENT_ROUTER'], ageMs: longAgo })],
      /^EVALUATION is waiting for 61 s: it needs EVENT_ROUTER$/,
      'ringmaster daemon show EVALUATION',
    ],
  ])('names %s', (_, daemons, detail, run) => {
    expect(daemonWatch(daemons)).toMatchObject({ ok: false, detail: expect.stringMatching(detail) as string, hint: { run } });
  });

  test('names the daemon at fault, and no daemon that only waits for it', () => {
    const waits = (id: string, on: string): DaemonLook => look(id, { state: 'waiting', because: `it needs ${on}`, missing: [on], ageMs: longAgo });
    const { detail } = daemonWatch([failed('EVENT_ROUTER'), waits('EVALUATION', 'EVENT_ROUTER'), waits('AUTO_PROMOTION', 'EVALUATION')]);
    expect(detail).toMatch(/^EVENT_ROUTER has failed [^;]*$/);
  });

  test.each([
    ['a start that is under way', look('EVALUATION', { state: 'starting' })],
    ['a delay after a failure', look('EVALUATION', { state: 'backing-off', restarts: 2 })],
  ])('gives time to %s', (_, daemon) => {
    expect(daemonWatch([well, daemon]).ok).toBe(true);
  });

  test('shows a stop by an operator, and what waits for its end; the cluster stays ready', () => {
    expect(daemonWatch([well, stopped('QUEUE_POPULATOR'), stopped('DAEMON_WATCHDOG')])).toMatchObject({
      ok: true,
      notice: true,
      detail: 'QUEUE_POPULATOR was stopped by ada@home (quiet): turns wait before their self-play; DAEMON_WATCHDOG was stopped by ada@home (quiet)',
      hint: { run: 'ringmaster daemon start QUEUE_POPULATOR DAEMON_WATCHDOG' },
    });
  });

  test('a stop of all daemons, or of more than three, is one clause, and the start of all is one word', () => {
    const some = ['QUEUE_POPULATOR', 'EVALUATION', 'AUTO_SYNC', 'ELO_SYNC'].map(stopped);
    expect(daemonWatch([well, ...some])).toMatchObject({
      detail: '4 daemons were stopped by ada@home (quiet): turns wait before their self-play and evaluate',
      hint: { run: 'ringmaster daemon start QUEUE_POPULATOR EVALUATION AUTO_SYNC ELO_SYNC' },
    });
    expect(daemonWatch(some)).toMatchObject({
      detail: 'all 4 daemons were stopped by ada@home (quiet): turns wait before their self-play and evaluate',
      hint: { run: 'ringmaster daemon start --all' },
    });
    const other = { ...stopped('JOB_REAPER'), wish: { ...stopped('JOB_REAPER').wish, reason: 'too strict' } };
    expect(daemonWatch([...some, other]).detail).toBe(
      '4 daemons were stopped by ada@home (quiet): turns wait before their self-play and evaluate; JOB_REAPER was stopped by ada@home (too strict)',
    );
  });

  test('a daemon that waits for a stopped one is no fault, and a fault is named beside a stop', () => {
    const waits = look('AUTO_PROMOTION', { state: 'waiting', missing: ['EVALUATION'], ageMs: longAgo });
    expect(daemonWatch([stopped('EVALUATION'), waits]).ok).toBe(true);
    expect(daemonWatch([stopped('EVALUATION'), waits, failed('QUEUE_POPULATOR')])).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^QUEUE_POPULATOR has failed .*; EVALUATION was stopped by ada@home/) as string,
    });
  });
});
