import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { until } from './eventually.ts';

/** Starts a process that appends lines to a file without a pause. Returns a function that ends the process. */
export async function growFile(path: string): Promise<() => Promise<void>> {
  const script = 'n=0; while :; do n=$((n + 1)); echo "line $n"; done >>"$1"';
  const before = statSync(path).size;
  const writer = spawn('sh', ['-c', script, 'sh', path], { stdio: 'ignore' });
  const ended = once(writer, 'exit');
  await until(
    async () => statSync(path).size,
    (size) => size > before,
  );
  return async () => {
    writer.kill('SIGKILL');
    await ended;
  };
}
