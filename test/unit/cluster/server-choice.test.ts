/** The choice of the Temporal server is shown with its reason by `up`, `status` and `doctor`. */
import { expect, test } from 'vitest';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { chooseServer } from '../../../src/domain/cluster/choose-server.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Hint } from '../../../src/domain/failure/hint.ts';
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

test('an external server without an address: the key of the fix works, and so does a server that the environment names', () => {
  const question = { file: { server: 'external' }, named: undefined, port: 7233, before: undefined } as const;
  let hint: Hint | undefined;
  try {
    chooseServer(question);
  } catch (error) {
    ({ hint } = error as RingmasterError);
  }
  expect(hint?.say).toBe('`temporal.address` in the cluster file, or TEMPORAL_ADDRESS, or a Temporal profile');
  const address = 'temporal.example.org:7233';
  expect(chooseServer({ ...question, file: { server: 'external', address } })).toMatchObject({ server: 'external', address });
  expect(chooseServer({ ...question, named: { address, from: 'TEMPORAL_ADDRESS' } })).toMatchObject({ server: 'external', address });
});
