import { type StageKey, stageKeys } from '../../domain/pipeline/stages.ts';
import type { TriedCheck } from '../../service/launcher/payload-try.ts';
import { plural } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { interruption } from '../exit/interruption.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { clusterFile } from '../verb/cluster-file.ts';

export interface PayloadTryOptions {
  readonly file?: string | undefined;
  readonly limit: number;
}

const styles = { ok: 'good', fault: 'bad', note: 'warn' } as const;

/** Tries the payload of a pipeline on this machine, and prints a line for each check. */
export async function payloadTry(context: Context, pipeline: string, stage: string | undefined, options: PayloadTryOptions): Promise<ExitCode> {
  const file = clusterFile(context, options.file, 'check');
  const wanted = stage === undefined ? undefined : stageKey(stage);
  const stop = interruption(context.say);
  const print = ({ stage: of, check, result, detail }: TriedCheck): void =>
    context.out(`${context.colour(result.padEnd(5), styles[result])} ${of}: ${check}: ${detail}`);
  try {
    const { faults } = await context.launcher.tryPayload({
      file,
      pipeline,
      stage: wanted,
      limitSeconds: options.limit,
      signal: stop.signal,
      onCheck: print,
    });
    context.out(faults === 0 ? 'No fault found.' : `${plural(faults, 'fault')} found; docs/payload.md has the rules.`);
    return exitCode(faults === 0 ? 'ok' : 'failure');
  } catch (error) {
    if (stop.signal.aborted) return exitCode('interrupted');
    throw error;
  }
}

/** Returns the key of a stage, which a person may write as in the cluster file or as in a status (`self-play`). */
function stageKey(text: string): StageKey {
  const key = stageKeys.find((one) => one.toLowerCase() === text.toLowerCase().replaceAll('-', ''));
  if (key !== undefined) return key;
  throw new VerbFailure('usage', {
    cannot: `try stage ${text}`,
    because: 'no stage has that name',
    hint: { say: `one of ${stageKeys.join(', ')}` },
  });
}
