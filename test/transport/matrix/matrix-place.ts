import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { useSshConfigs } from '../../support/ssh-config.ts';
import { programsWithoutRsync } from '../conformance/log-in.ts';
import type { MatrixPlace } from './try-triple.ts';

/** A row takes a few seconds. The limit leaves time for a busy machine. */
export const rowMsMax = 120_000;

/**
 * Starts nodes for the rows of this test file, and returns a function that returns the place of each. Rows on different nodes can run at the same time: each
 * node has a name and a configuration of its own. A row closes its machine by itself.
 */
export function aroundMatrix(nodes = 1): (node?: number) => MatrixPlace {
  const folder = ownTemporaryFolder();
  const places: MatrixPlace[] = [];
  let taken: Server;
  let restore: () => void = () => undefined;
  beforeAll(async () => {
    taken = createServer().listen(0);
    await new Promise((done) => taken.once('listening', done));
  });
  aroundHost(async () => {
    const withoutRsync = programsWithoutRsync(folder);
    const config = mkdtempSync(join(folder, 'config-'));
    const address = taken.address();
    const takenPort = typeof address === 'object' && address !== null ? address.port : 0;
    for (let node = 0; node < nodes; node += 1) {
      const host = await PracticeHost.start(`m${node}`, folder);
      const name = `here${node}`;
      const configFile = join(config, `${name}.config`);
      writeFileSync(configFile, '');
      places.push({ host, name, configFile, withoutRsync, folder, takenPort });
    }
    restore = useSshConfigs(config);
    const remove = async (): Promise<readonly string[]> => {
      const leaks: string[] = [];
      for (const { host } of places) leaks.push(...(await host.remove()));
      return leaks;
    };
    return { closeMachines: async () => undefined, remove };
  });
  afterAll(() => {
    restore();
    taken.close();
  });
  return (node = 0) => places[node] ?? expect.fail(`node ${node} was not started`);
}
