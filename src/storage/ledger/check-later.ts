import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Runs in its own thread with its own read-only connection; a file of 1 GiB takes seconds. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  let said;
  try {
    const db = new Database(workerData.file, { readonly: true, timeout: 5000 });
    said = db.pragma('quick_check(3)', { simple: true });
    db.close();
  } catch (error) {
    said = error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB' ? error.message : 'ok';
  }
  parentPort.postMessage(said);
`;

/** Checks a file beside the work. Says nothing when it is sound; does not keep the process alive. */
export function checkLater(file: string, onDamage: (said: string) => void): void {
  const worker = new Worker(program, { eval: true, workerData: { file, driver: driverPath() } });
  worker.unref();
  worker.once('message', (said: unknown) => {
    if (said !== 'ok') onDamage(String(said));
    void worker.terminate();
  });
  // A thread that cannot run says nothing about the file.
  worker.once('error', () => undefined);
}

const driverPath = (): string => createRequire(import.meta.url).resolve('better-sqlite3');
