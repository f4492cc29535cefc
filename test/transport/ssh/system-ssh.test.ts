/**
 * Runs the conformance suite over the system's ssh, for hosts that npm ssh2 cannot reach: one behind a jump host, one with a user certificate. The
 * login shell of one host, dash, runs our programs itself. The login shell of the other, bash, starts an sh for each program.
 */
import { tmpdir } from 'node:os';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { describeMachines } from '../machine-conformance.ts';
import { startBehind, startCertified } from './far-hosts.ts';

ownTemporaryFolder();

const behind = async () => {
  const { host, remove } = await startBehind(tmpdir(), '/bin/dash');
  return realFixture(() => host.open({ type: 'ssh', host: 'behind' }), remove);
};

const certified = async () => {
  const host = await startCertified(tmpdir(), '/bin/bash');
  return realFixture(
    () => host.machine(),
    () => host.remove(),
  );
};

describeMachines({ 'ssh through a jump host to a login by dash': behind, 'ssh with a certificate for a login by bash': certified });
