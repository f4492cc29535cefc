import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Damage is an answer; what kept the check from reading the file (a lock, a missing right) says nothing about the file. */
export type QuickCheck = { readonly type: 'sound' } | { readonly type: 'damaged' | 'unread'; readonly said: string };

/** Runs in its own thread with its own read-only connection; a file of 1 GiB takes seconds. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  let found;
  try {
    const db = new Database(workerData.file, { readonly: true, timeout: 5000 });
    const said = db.pragma('quick_check(3)', { simple: true });
    db.close();
    found = said === 'ok' ? { type: 'sound' } : { type: 'damaged', said: String(said) };
  } catch (error) {
    const damaged = error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB';
    found = { type: damaged ? 'damaged' : 'unread', said: error.message };
  }
  parentPort.postMessage(found);
`;

/** `quick_check` beside the work. Does not keep the process alive; a thread that cannot run is `unread`. */
export function quickCheck(file: string): Promise<QuickCheck> {
  return new Promise((resolve) => {
    const worker = new Worker(program, { eval: true, workerData: { file, driver: driverPath() } });
    worker.unref();
    worker.once('message', (found: QuickCheck) => {
      resolve(found);
      void worker.terminate();
    });
    worker.once('error', (error) => resolve({ type: 'unread', said: error.message }));
  });
}

/** Says nothing when the file is sound, or when it could not be read: whoever works on it will hear of that. */
export function checkLater(file: string, onDamage: (said: string) => void): void {
  void (async () => {
    const found = await quickCheck(file);
    if (found.type === 'damaged') onDamage(found.said);
  })();
}

const driverPath = (): string => createRequire(import.meta.url).resolve('better-sqlite3');
