import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { programsWithoutRsync } from '../conformance/log-in.ts';
import type { MatrixPlace } from './try-triple.ts';

/** A row takes a few seconds. The limit leaves time for a busy machine. */
export const rowMsMax = 120_000;

/** Starts a node for the rows of this test file, and returns a function that returns its place. */
export function aroundMatrix(): () => MatrixPlace {
  const folder = ownTemporaryFolder();
  let place: MatrixPlace;
  let taken: Server;
  let restore: () => void = () => undefined;
  beforeAll(async () => {
    taken = createServer().listen(0);
    await new Promise((done) => taken.once('listening', done));
  });
  aroundHost(async () => {
    const withoutRsync = programsWithoutRsync(folder);
    const host = await PracticeHost.start('m', folder);
    const config = mkdtempSync(join(folder, 'config-'));
    restore = useSshConfig(config, '');
    const address = taken.address();
    const takenPort = typeof address === 'object' && address !== null ? address.port : 0;
    place = { host, configFile: join(config, 'ssh_config'), withoutRsync, folder, takenPort };
    return host;
  });
  afterAll(() => {
    restore();
    taken.close();
  });
  return () => place;
}
