/** What must not outlive the set-up (the lock, temporary folders, children), whichever way it ends. SIGKILL is covered by staleness instead. */
const undo = new Set();

export const onExit = {
  /** Returns a function that does it now and forgets it. */
  add(act) {
    undo.add(act);
    return () => {
      if (undo.delete(act)) act();
    };
  },
  runAll() {
    for (const act of [...undo].reverse()) {
      undo.delete(act);
      act();
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
