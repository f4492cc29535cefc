import { fileURLToPath } from 'node:url';
import { RingmasterError } from '../../domain/failure/error.ts';
import { addonFailure } from '../../domain/failure/addon-failure.ts';
import type { FailureCode } from '../../domain/failure/table.ts';

/**
 * SQLite's error codes and our failure codes. A row matches every SQLite code that begins with the row's prefix. For example, SQLITE_BUSY matches
 * SQLITE_BUSY_SNAPSHOT.
 */
const sqliteTable: readonly (readonly [prefix: string, code: FailureCode, because: string, say: string])[] = [
  [
    'SQLITE_BUSY',
    'ledger.busy',
    'another process holds the write lock',
    'finding it with `lsof` and letting it finish; the change is repeated automatically',
  ],
  ['SQLITE_LOCKED', 'ledger.busy', 'another connection holds the table', 'waiting; the change is repeated automatically'],
  [
    'SQLITE_FULL',
    'ledger.disk-full',
    'its disk is full, or the file has reached its limit',
    'freeing space on that file system; the change is repeated automatically',
  ],
  [
    'SQLITE_IOERR',
    'ledger.disk-full',
    'the file system refused a read or write',
    'looking at `dmesg` and `df`; the change is repeated automatically',
  ],
  [
    'SQLITE_CORRUPT',
    'ledger.corrupt',
    'its pages are damaged',
    'stopping the cluster (`ringmaster down`), then restoring the newest backup (`ringmaster ledger restore`)',
  ],
  [
    'SQLITE_NOTADB',
    'ledger.corrupt',
    'it is not an SQLite file',
    'stopping the cluster (`ringmaster down`), then restoring the newest backup (`ringmaster ledger restore`)',
  ],
  ['SQLITE_READONLY', 'config.invalid', 'the file may not be written by this user', 'giving the state folder to the user that runs ringmaster'],
  [
    'SQLITE_CANTOPEN',
    'config.invalid',
    'the file cannot be opened',
    'checking that the state folder exists and belongs to the user that runs ringmaster',
  ],
];

/** Returns an error of SQLite as a failure with a code, and any other error unchanged. */
export function ledgerFailure(error: unknown, cannot: string, file: string): unknown {
  if (error instanceof RingmasterError) return error;
  if (isAddonError(error)) {
    const because = `better-sqlite3 does not load in Node ${process.versions.node} (${error.message.replaceAll('\n', ' ')})`;
    return addonFailure({ because, cure: `cd ${checkout} && ${process.execPath} scripts/setup.mjs` }, error);
  }
  const sqliteCode = sqliteCodeOf(error);
  const row = sqliteTable.find(([prefix]) => sqliteCode?.startsWith(prefix));
  if (row === undefined) return error;
  const [, code, because, say] = row;
  const text = error instanceof Error ? error.message : String(error);
  return new RingmasterError(code, {
    cannot,
    because: `${because} (${file}: ${text})`,
    hint: { say },
    fields: { file, sqlite: sqliteCode ?? '' },
    cause: error,
  });
}

/** The folder above dist. */
const checkout = fileURLToPath(new URL('../../../..', import.meta.url));

/** True when the addon itself could not be loaded. Node has a code for it, and the package `bindings` lists the places that it tried. */
const isAddonError = (error: unknown): error is Error =>
  error instanceof Error && (('code' in error && error.code === 'ERR_DLOPEN_FAILED') || ('tries' in error && Array.isArray(error.tries)));

function sqliteCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}
