/** The ledger commands of the CLI write copies of the ledgers. No other user may read them, whatever the mask of the user's shell is. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { openLedgers } from '../../src/storage/ledger/ledgers.ts';
import { launcherCommands } from '../../workers/launcher/launcher-commands.ts';

const state = mkdtempSync(join(tmpdir(), 'ledger-commands-'));
const maskBefore = process.umask();
afterAll(() => {
  process.umask(maskBefore);
  rmSync(state, { recursive: true, force: true });
});
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('a backup and a restored ledger can be read only by their owner', async () => {
  openLedgers(state).close();
  process.umask(0o022);
  const { id, files } = await launcherCommands.backUpLedgers({ state, keep: 2 });
  expect(files.map(({ file }) => modeOf(join(statePaths(state).backups, id, file)))).toEqual(files.map(() => '600'));
  process.umask(0o022);
  await launcherCommands.restoreLedgers({ state, from: id, ledgers: undefined });
  // The log of events is opened by its pump, which does not run here.
  const { events: _, ...opened } = ledgerPaths(state);
  expect(Object.values(opened).map(modeOf)).toEqual(Object.values(opened).map(() => '600'));
});
