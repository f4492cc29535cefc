let underWay = false;

/** Prints one line for a step that does something: its name at once, its time when it is done. A step within a step prints nothing. */
export async function step(title, work) {
  if (underWay) return work();
  underWay = true;
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  process.stdout.write(`${title} … `);
  try {
    const result = await work();
    process.stdout.write(`${seconds()}\n`);
    return result;
  } catch (error) {
    process.stdout.write(`failed after ${seconds()}\n`);
    throw error;
  } finally {
    underWay = false;
  }
}
