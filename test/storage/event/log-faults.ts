/** Faults of the file of the event log. Each is made on the closed file, and the returned function cures it. */
import Database from 'better-sqlite3';
import { closeSync, copyFileSync, openSync, rmSync, writeSync } from 'node:fs';

export interface LogFault {
  readonly code: string;
  readonly break: (file: string) => () => void;
}

export const logFaults: Readonly<Record<string, LogFault>> = {
  locked: {
    code: 'ledger.busy',
    break: (file) => {
      const other = new Database(file);
      other.exec('BEGIN IMMEDIATE');
      return () => other.close();
    },
  },
  corrupt: {
    code: 'ledger.corrupt',
    break: (file) => {
      copyFileSync(file, `${file}.kept`);
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      rmSync(file);
      const handle = openSync(file, 'w');
      writeSync(handle, 'this is not a database, and longer than a header of SQLite, which has a hundred bytes in all. '.repeat(20));
      closeSync(handle);
      return () => {
        rmSync(file);
        copyFileSync(`${file}.kept`, file);
      };
    },
  },
  'read-only': {
    code: 'config.invalid',
    // SQLite only reads a file whose write version, byte 18, is above 2. This also holds for root, which may write every file.
    break: (file) => {
      const writeVersion = (version: number): void => {
        const handle = openSync(file, 'r+');
        writeSync(handle, Uint8Array.of(version), 0, 1, 18);
        closeSync(handle);
      };
      writeVersion(3);
      return () => writeVersion(2);
    },
  },
};
