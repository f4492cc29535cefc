let running = false;

/**
 * Runs `work` and prints one line: the title at the start, and at the end the time, or the text that `work` returns. A call inside another call prints
 * nothing.
 */
export async function withProgressLine(title, work) {
  if (running) return work();
  running = true;
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  process.stdout.write(`${title} … `);
  try {
    const result = await work();
    process.stdout.write(`${typeof result === 'string' ? result : seconds()}\n`);
    return result;
  } catch (error) {
    process.stdout.write(`failed after ${seconds()}\n`);
    throw error;
  } finally {
    running = false;
  }
}
