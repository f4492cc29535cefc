import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { downCommand } from '../../src/domain/cluster/own-command.ts';
import type { RestoreReport } from '../../src/domain/ledger/ledger-view.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { restoreLedgers, type RestoreOptions } from '../../src/storage/backup/restore-ledgers.ts';
import { keepFilesPrivate } from '../../src/system/private.ts';
import { askStatus } from './socket/ask-launcher.ts';
import { removeSocket } from './socket/socket-path.ts';
import { takeSocket } from './socket/take-socket.ts';

/**
 * Restores ledgers of a cluster that is down. Holds the launcher's socket meanwhile, so that no `up` opens the ledgers. Throws `ledger.in-use` when the
 * cluster runs, or when a process outlived its launcher.
 */
export async function restoreStopped(options: RestoreOptions): Promise<RestoreReport> {
  const { state } = options;
  keepFilesPrivate();
  const asked = await askStatus(state);
  if (asked.type === 'ending') throw inUse(state, 'another command is at work on it', afterwards);
  if (asked.type !== 'absent') throw inUse(state, 'its launcher runs');
  const refuse = () => Promise.reject(new Error('`ringmaster ledger restore` is at work; try again when it is done'));
  const socket = await takeSocket(state, refuse);
  if (socket === undefined) throw inUse(state, 'another command is at work on it', afterwards);
  try {
    const live = liveRecords(state).map(({ name }) => name);
    if (live.length > 0) throw inUse(state, `${live.join(', ')} ${live.length === 1 ? 'runs' : 'run'}`);
    return await restoreLedgers(options);
  } finally {
    await socket.close();
    removeSocket(state);
  }
}

const afterwards: Hint = { say: 'again when that command has ended' };
const afterDown = (state: string): Hint => ({ say: 'stopping the cluster first; nothing was changed', run: downCommand(state) });

const inUse = (state: string, because: string, hint: Hint = afterDown(state)): RingmasterError =>
  new RingmasterError('ledger.in-use', {
    cannot: `restore the ledgers in ${state}`,
    because: `the cluster is not down: ${because}`,
    hint,
    fields: { state },
  });
