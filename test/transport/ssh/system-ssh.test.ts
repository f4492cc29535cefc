/** The conformance suite over the system's ssh, for hosts that npm ssh2 cannot reach: through a jump host, and with a user certificate. */
import { tmpdir } from 'node:os';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { describeMachine } from '../machine-conformance.ts';
import { startBehind, startCertified } from './far-hosts.ts';

ownTemporaryFolder();

describeMachine('ssh through a jump host', async () => {
  const { host, remove } = await startBehind(tmpdir());
  return realFixture(() => host.open({ type: 'ssh', host: 'behind' }), remove);
});

describeMachine('ssh with a certificate', async () => {
  const host = await startCertified(tmpdir());
  return realFixture(
    () => host.machine(),
    () => host.remove(),
  );
});
