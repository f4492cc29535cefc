export interface Interruption {
  readonly signal: AbortSignal;
  readonly happened: Promise<void>;
}

/**
 * Returns the interruption of this process. The first Ctrl-C or SIGTERM requests a stop. Every later Ctrl-C or SIGTERM prints a line and changes
 * nothing, so that an impatient person cannot cut a stop in half. SIGKILL can cut a stop in half. The next launcher then adopts the processes that it
 * finds.
 */
export function interruption(say: (line: string) => void): Interruption {
  const controller = new AbortController();
  const happened = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve(), { once: true }));
  const onSignal = (): void => {
    if (controller.signal.aborted) say('Still stopping; a moment …');
    else {
      // The abort comes first, so that output that is redrawn in place releases the terminal before `say` prints its line.
      controller.abort();
      say('Stopping …');
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, happened };
}
