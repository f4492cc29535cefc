import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** `unread`: a lock or a missing right kept the check from reading the file. That proves neither damage nor soundness. */
export type QuickCheck = { readonly type: 'sound' } | { readonly type: 'damaged' | 'unread'; readonly said: string };

/** Runs in a thread of its own with a read-only connection of its own, because a file of 1 GiB takes seconds. */
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

/** Runs `quick_check` in a thread. The thread does not keep the process alive. When the thread cannot run, the result is `unread`. */
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

/** Reports only damage. A file that cannot be read fails its next user anyway. */
export function checkLater(file: string, onDamage: (said: string) => void): void {
  void (async () => {
    const found = await quickCheck(file);
    if (found.type === 'damaged') onDamage(found.said);
  })();
}

const driverPath = (): string => createRequire(import.meta.url).resolve('better-sqlite3');
