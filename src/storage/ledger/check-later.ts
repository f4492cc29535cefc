import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { readLimits } from '../limits.ts';

/** `unread` means that a lock or a missing permission kept the check from reading the file. This result shows neither damage nor soundness. */
export type QuickCheck = { readonly type: 'sound' } | { readonly type: 'damaged' | 'unread'; readonly report: string };

/**
 * The program of the thread in which `quick_check` runs. The check needs a thread because checking 1 GiB takes seconds. The thread has a read-only
 * connection of its own.
 */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  let found;
  try {
    const db = new Database(workerData.file, { readonly: true, timeout: workerData.busyTimeoutMs });
    const report = db.pragma(\`quick_check(\${workerData.faultsMax})\`, { simple: true });
    db.close();
    found = report === 'ok' ? { type: 'sound' } : { type: 'damaged', report: String(report) };
  } catch (error) {
    const damaged = error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB';
    found = { type: damaged ? 'damaged' : 'unread', report: error.message };
  }
  parentPort.postMessage(found);
`;

/**
 * Runs `quick_check` in a thread and returns the result. The thread does not keep the process alive. If the thread cannot run, the result is
 * `unread`.
 */
export function quickCheck(file: string): Promise<QuickCheck> {
  return new Promise((resolve) => {
    const worker = new Worker(program, {
      eval: true,
      workerData: { file, driver: driverPath(), busyTimeoutMs: readLimits.checkBusyTimeoutMs, faultsMax: readLimits.checkFaultsMax },
    });
    worker.unref();
    worker.once('message', (found: QuickCheck) => {
      resolve(found);
      void worker.terminate();
    });
    worker.once('error', (error) => resolve({ type: 'unread', report: error.message }));
  });
}

/**
 * Checks a file in a thread and calls `onDamage` if the file is damaged. If the file cannot be read, `onDamage` is not called, because the next use
 * of the file fails anyway.
 */
export function checkLater(file: string, onDamage: (report: string) => void): void {
  void (async () => {
    const found = await quickCheck(file);
    if (found.type === 'damaged') onDamage(found.report);
  })();
}

const driverPath = (): string => createRequire(import.meta.url).resolve('better-sqlite3');
