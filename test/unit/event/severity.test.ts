/** Tests how much each type of event matters: the colours of `event list`, and the levels of the logs. */
import { expect, test } from 'vitest';
import { eventTypeNames } from '../../../src/domain/event/event-types.ts';
import { severityOf, severityOfEvent } from '../../../src/domain/event/severity.ts';

const ofSeverity = (severity: string): readonly string[] => eventTypeNames.filter((type) => severityOf(type) === severity);

test('what broke is an error, what a person may have to look at is a warning, and what every turn does is neither', () => {
  for (const type of ['NODE_LOST', 'WORK_FAILED', 'TRAINING_FAILED', 'DEAD_LETTER_ADDED', 'EVENTS_LOST', 'PIPELINE_DEFECT'])
    expect(ofSeverity('error')).toContain(type);
  for (const type of ['WORK_RETRY', 'NODE_SUSPECT', 'PIPELINE_PAUSED', 'DAEMON_RESTARTS_BRAKED', 'LOW_QUALITY_DATA_WARNING', 'WORK_UNPLACED'])
    expect(ofSeverity('warn')).toContain(type);
  for (const type of ['TURN_STARTED', 'WORK_QUEUED', 'WORK_STOPPED', 'CONFIG_UPDATED']) expect(ofSeverity('info')).toContain(type);
  expect(severityOf('A_TYPE_OF_A_NEWER_RELEASE')).toBe('info');
});

test('a change of the state of a daemon is as serious as its new state', () => {
  const to = (state: string): string => severityOfEvent({ type: 'DAEMON_STATUS_CHANGED', payload: { to: state } });
  expect(['failed', 'backing-off', 'degraded', 'running', 'stopped'].map(to)).toEqual(['error', 'warn', 'warn', 'info', 'info']);
});
