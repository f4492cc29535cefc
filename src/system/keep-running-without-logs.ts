/**
 * Keeps this process running when its output cannot be written, for example because the disk with the log is full. Node would end the process,
 * because a failed write to stdout or stderr is an error that nothing handles. Lines that cannot be written are lost; later lines are written again.
 */
export function keepRunningWithoutLogs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
