import { afterAll, beforeAll } from 'vitest';
import type { ClusterReads } from '../../src/service/cluster/cluster-reads.ts';
import { freePort } from '../support/free-ports.ts';
import { buildCli, CliHarness, listenFixture } from './cli-run.ts';
import { startTemporal, type TemporalHere } from './temporal-here.ts';

/** Builds the CLI and serves the fixture cluster for all tests of a file, with `over` in place of its reads. Returns the harness that runs the CLI on it. */
export const withFixture = (over: Partial<ClusterReads> = {}): CliHarness => serve(over, freePort);

/** Returns the harness of `withFixture`, and the real Temporal server that the cluster names. The server runs once the tests of the file run. */
export function withFixtureAndTemporal(over: Partial<ClusterReads> = {}): { readonly harness: CliHarness; readonly temporal: () => TemporalHere } {
  let temporal: TemporalHere | undefined;
  const harness = serve(over, async () => (temporal = await startTemporal()).port);
  afterAll(() => temporal?.stop());
  return {
    harness,
    temporal: () => {
      if (temporal === undefined) throw new Error('the server is started before the first test');
      return temporal;
    },
  };
}

function serve(over: Partial<ClusterReads>, temporalPort: () => Promise<number>): CliHarness {
  const harness = new CliHarness();
  let server: Awaited<ReturnType<typeof listenFixture>> | undefined;
  beforeAll(async () => {
    buildCli();
    server = await listenFixture(over);
    harness.writeCluster(server.port, await temporalPort());
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    harness.remove();
  });
  return harness;
}
