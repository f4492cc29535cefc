/** The choice of the Temporal server is shown with its reason by `up`, `status` and `doctor`. */
import { expect, test } from 'vitest';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { serverLine } from '../../../src/cli/verb/server-line.ts';
import { statusLines } from '../../../src/cli/status/status-lines.ts';
import { launcherCommands } from '../../../workers/launcher/launcher-commands.ts';
import { fixtureStatus } from '../../cli/fixture-cluster.ts';

const chosen = {
  temporalAddress: '10.0.0.1:7233',
  temporalEmbedded: false,
  temporalBecause: 'TEMPORAL_ADDRESS names it',
  temporalPassedOver: 'The profile names another server.',
} as RunningCluster;

test('`up` prints the server, the reason and the server that was passed over', () => {
  expect(serverLine(chosen)).toBe('Temporal: the external server at 10.0.0.1:7233 (TEMPORAL_ADDRESS names it)\nThe profile names another server.');
  expect(serverLine({ temporalAddress: '127.0.0.1:1', temporalEmbedded: true } as RunningCluster)).toBe('Temporal: the own server at 127.0.0.1:1');
});

test('`status` prints the reason', () => {
  const status = { ...fixtureStatus(0), ageMs: 0 };
  const lines = statusLines({ ...status, temporalBecause: 'TEMPORAL_ADDRESS names it' }, 0, false, (text) => text);
  expect(lines[1]).toBe('This Temporal server, because: TEMPORAL_ADDRESS names it');
  expect(statusLines(status, 0, false, (text) => text).join('\n')).not.toContain('This Temporal server');
});

test('`doctor` prints the reason', async () => {
  expect(await launcherCommands.findServer({ running: chosen })).toBe(
    'external server at 10.0.0.1:7233; why: TEMPORAL_ADDRESS names it; The profile names another server.',
  );
});
