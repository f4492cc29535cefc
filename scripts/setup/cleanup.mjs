/**
 * Removes the lock, temporary folders and child processes when the set-up ends, also when a signal ends it. After SIGKILL this code does not run. The
 * next set-up then treats the leftovers as stale.
 */
const cleanups = new Set();

export const onExit = {
  /** Registers `cleanUp`. Returns a function that runs `cleanUp` now instead of at the exit. */
  add(cleanUp) {
    cleanups.add(cleanUp);
    return () => {
      if (cleanups.delete(cleanUp)) cleanUp();
    };
  },
  runAll() {
    for (const cleanUp of [...cleanups].reverse()) {
      cleanups.delete(cleanUp);
      cleanUp();
    }
  },
};

process.on('exit', () => onExit.runAll());
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])
  process.on(signal, () => process.exit(code));
