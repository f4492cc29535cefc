/** Sends KILL to every process of the group. A group that has already ended is not an error. */
export function killGroup(pgid: number): void {
  try {
    process.kill(-pgid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}
