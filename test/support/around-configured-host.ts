import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { aroundHost } from './around-host.ts';
import type { PracticeHost } from './practice-node.ts';
import { useSshConfig } from './ssh-config.ts';

export interface ConfiguredHost {
  readonly host: PracticeHost;
  /** The configuration of ssh in this test file. It is empty at first. */
  readonly configFile: string;
}

/** Starts a host for the tests of the file, which have an ssh configuration of their own. */
export function aroundConfiguredHost(root: string, start: () => Promise<PracticeHost>): ConfiguredHost {
  const at = {} as { host: PracticeHost; configFile: string };
  let restore = (): void => undefined;
  aroundHost(async () => {
    const config = mkdtempSync(join(root, 'config-'));
    at.configFile = join(config, 'ssh_config');
    at.host = await start();
    restore = useSshConfig(config, '');
    return at.host;
  });
  afterAll(() => restore());
  return at;
}
