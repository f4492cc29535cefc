/** Tests when ALERT_MANAGER has its channels send, over real ledgers. */
import { describe, expect, test } from 'vitest';
import type { AlertChannel } from '../../../src/domain/alert/channel.ts';

import { cluster, minute } from './alert-cluster.ts';

describe('the channels', () => {
  const ops: AlertChannel = { id: 'ops', severities: ['critical'], resolved: true, way: { type: 'log' } };

  test('a round has the channel send what it recorded, and each later round as long as something waits', async () => {
    const { nodes, round, notified, on, pass } = cluster([ops]);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    expect(notified).toEqual(['ops']);
    pass(minute / 4);
    await round();
    expect(notified).toEqual(['ops', 'ops']);
    await on.activities.noteNotification({ channel: 'ops', group: 'NodeLost', seq: 1 });
    await round();
    expect(notified).toEqual(['ops', 'ops']);
  });

  test('an alert that fires without a change is sent to a channel that is new, and when its silence ends', async () => {
    const channels: AlertChannel[] = [];
    const { nodes, round, notified, on, pass } = cluster(channels);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    expect(notified).toEqual([]);
    await on.activities.silenceAlerts({ verb: 'silence', targets: ['NodeLost'], by: 'ada@desk', reason: 'x', forSeconds: 60 });
    channels.push(ops);
    await round();
    expect(notified).toEqual([]);
    pass(minute + 1);
    await round();
    expect(notified).toEqual(['ops']);
    expect((await on.activities.nextNotification({ channel: 'ops' })).notification).toMatchObject({ group: 'NodeLost' });
  });

  test('a message that waits for a minute is an alert about its channel, until it is delivered', async () => {
    const { nodes, round, states, on, pass } = cluster([ops]);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    pass(minute + 1);
    await round();
    expect(states()['AlertsUndelivered/ops']).toBe('firing');
    for (const group of ['NodeLost', 'AlertsUndelivered/ops']) await on.activities.noteNotification({ channel: 'ops', group, seq: 1 });
    await round();
    expect(states()['AlertsUndelivered/ops']).toBe('resolved');
  });
});
