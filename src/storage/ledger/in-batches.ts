import { ledgerLimits } from '../limits.ts';

/**
 * Returns a function that collects the inputs of one turn of the event loop and passes them to `run` together. In this way a hundred activities share
 * one transaction (group commit). `run` returns one output for each input, in order. When `run` throws, every input of the batch fails with that
 * error, and Temporal retries each input.
 */
export function inBatches<Input, Output>(run: (inputs: readonly Input[]) => readonly Output[]): (input: Input) => Promise<Output> {
  const waiting: { readonly input: Input; readonly resolve: (output: Output) => void; readonly reject: (error: unknown) => void }[] = [];
  const flush = (): void => {
    const batch = waiting.splice(0, ledgerLimits.batchMax);
    if (waiting.length > 0) setImmediate(flush);
    try {
      const outputs = run(batch.map(({ input }) => input));
      batch.forEach(({ resolve }, at) => resolve(outputs[at] as Output));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  };
  return (input) =>
    new Promise<Output>((resolve, reject) => {
      if (waiting.push({ input, resolve, reject }) === 1) setImmediate(flush);
    });
}
