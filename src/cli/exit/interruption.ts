export interface Interruption {
  readonly signal: AbortSignal;
  readonly happened: Promise<void>;
}

/**
 * The first Ctrl-C or SIGTERM asks to stop; further ones are answered with a word and change nothing, so that an impatient second one cannot
 * cut a stop in half. (SIGKILL can: the launcher adopts what it then finds.)
 */
export function interruption(say: (line: string) => void): Interruption {
  const controller = new AbortController();
  const happened = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve(), { once: true }));
  const onSignal = (): void => {
    if (controller.signal.aborted) say('Still stopping; a moment …');
    else {
      // First those who draw in place let go of the terminal.
      controller.abort();
      say('Stopping …');
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, happened };
}
