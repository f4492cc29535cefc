import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { buildCli, CliHarness, listenFixture } from './cli-run.ts';

/** Builds the CLI and serves the fixture cluster for all tests of a file. Returns the harness that runs the CLI on that cluster. */
export function withFixture(): CliHarness {
  const harness = new CliHarness();
  let server: Awaited<ReturnType<typeof listenFixture>> | undefined;
  beforeAll(async () => {
    buildCli();
    server = await listenFixture();
    harness.writeCluster(server.port, await freePort());
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    harness.remove();
  });
  return harness;
}
