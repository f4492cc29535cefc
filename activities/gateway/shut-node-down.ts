import { lastLinesIn } from '../../src/domain/failure/stderr.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { nodeCommandLimits } from '../limits.ts';

/** Runs the command to its end. Returns why it failed. A connection that the shutdown ends is a failure of the call, and the caller logs it. */
export async function shutNodeDown(
  machine: Machine,
  argv: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly failure?: string }> {
  if (argv === undefined) return { failure: 'the cluster file has no command for it any more' };
  const { code, signal: ended, stderr } = await machine.run({ argv, timeoutMs: nodeCommandLimits.shutdownMsMax, signal });
  if (code === 0) return {};
  const how = code === null ? `signal ${ended ?? 'unknown'}` : `exit code ${code}`;
  return { failure: [`its command ended with ${how}`, ...lastLinesIn(stderr, 1)].join(': ') };
}
