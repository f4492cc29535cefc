import { sendMsMax } from '../../../src/domain/limits.ts';
import { errorText, RingmasterError } from '../../../src/domain/failure/error.ts';
import { lastLinesIn } from '../../../src/domain/failure/stderr.ts';
import { localShell } from '../../../src/transport/local-shell.ts';
import { channelAway } from './channel-failure.ts';

/**
 * Runs the program of a channel, and gives it the message on its standard input. Exit code 0 is a delivery. The program inherits the environment of the
 * gateway, without the secrets of the cluster file.
 */
export async function runChannelProgram(channel: string, argv: readonly string[], input: string, limitMs: number = sendMsMax): Promise<void> {
  const { code, signal, stderr } = await localShell
    .exec({ script: 'exec "$@"', args: argv, stdin: input, timeoutMs: limitMs })
    .catch((error: unknown) => {
      if (error instanceof RingmasterError && error.code === 'transport.timeout')
        throw channelAway(channel, `its program did not end within ${limitMs / 1_000} s`);
      throw channelAway(channel, `its program could not be run: ${errorText(error)}`);
    });
  if (code === 0) return;
  const how = code === null ? `the signal ${signal ?? 'unknown'}` : `exit code ${code}`;
  throw channelAway(channel, [`its program ended with ${how}`, ...lastLinesIn(stderr, 1)].join(': '));
}
