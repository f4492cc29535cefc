import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import { fileAnswer, type HealthAnswer, type HealthCheck, type HealthMemory, type HealthQuestion } from '../../src/domain/daemon/health.ts';
import { plainEnv } from '../../src/domain/item/secret.ts';
import { programStatus } from '../../src/domain/failure/system-error.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { jobEnvironment } from '../../src/transport/job/job-environment.ts';
import type { Machine, RunRequest, RunResult } from '../../src/transport/machine.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { daemonWatchLimits, nodeCommandLimits } from '../limits.ts';

interface Ask {
  readonly argv: RunRequest['argv'];
  /** True when the program is the user's own, which has the variables of the daemon. A daemon's PATH can hide the programs that a question of ours needs. */
  readonly isOfUser: boolean;
  readonly answer: (result: RunResult, before: HealthMemory) => HealthAnswer;
}

const quote = ({ stdout, stderr }: RunResult): string => (stderr || stdout).trim().slice(-daemonWatchLimits.quoteCharsMax);

/** Each question as a program on the node, and what the end of the program means. */
const asks: { readonly [Type in HealthQuestion['type']]: (question: Extract<HealthQuestion, { readonly type: Type }>, seconds: number) => Ask } = {
  command: ({ command }) => ({
    argv: command,
    isOfUser: true,
    answer: (result) =>
      result.code === 0
        ? { type: 'well', says: `${command[0] ?? ''} exits with 0` }
        : {
            type: 'unwell',
            says: `${command[0] ?? ''} exits with ${result.code ?? result.signal ?? 'a signal'}${quote(result) && `: ${quote(result)}`}`,
          },
  }),
  http: ({ url }, seconds) => ({
    argv: ['sh', '-c', programs.askHttp, 'sh', url, String(seconds)],
    isOfUser: false,
    answer: (result) => {
      // The program may be well, so this is no silence: a silence ends the program.
      if (result.code === programStatus.notFound)
        return { type: 'unwell', says: `${url} is not asked, because the node has neither curl nor wget; try installing one of them there` };
      const status = Number(result.stdout.trim());
      if (result.code !== 0 || !(status >= 100)) return { type: 'silent', says: `${url} does not answer${quote(result) && `: ${quote(result)}`}` };
      return { type: status < 400 && status >= 200 ? 'well' : 'unwell', says: `${url} answers ${status}` };
    },
  }),
  file: (question) => ({
    argv: ['sh', '-c', programs.fileAge, 'sh', question.path],
    isOfUser: false,
    answer: ({ code, stdout }, before) => {
      const [age, boot = '', up, ...mark] = stdout.trim().split(' ');
      return code === 0
        ? fileAnswer({ clockAgeSeconds: Number(age), boot, upSeconds: Number(up), mark: mark.join(' ') }, question, before)
        : { type: 'silent', says: `${question.path} is not there` };
    },
  }),
};

/** Returns the absolute path of the node's folder. */
export const rootOf = async (machine: Machine): Promise<string> =>
  (await machine.run({ argv: ['pwd'], timeoutMs: nodeCommandLimits.shortMsMax })).stdout.split('\n')[0] ?? '';

/** Asks a question about the process, in the folder of its program. Throws when the node cannot be reached. */
export async function askHealth(
  { job, spec }: Pick<DaemonProcess, 'job' | 'spec'>,
  { question, withinMs }: HealthCheck,
  { machine, root, before }: { readonly machine: Machine; readonly root: string; readonly before: HealthMemory },
): Promise<HealthAnswer> {
  const { argv, isOfUser, answer } = (asks[question.type] as (one: HealthQuestion, seconds: number) => Ask)(
    question,
    Math.max(1, Math.ceil(withinMs / 1_000)),
  );
  const env = isOfUser ? { ...plainEnv(spec.env), ...jobEnvironment(root, job, { seed: spec.seed }).variables } : {};
  try {
    return answer(await machine.run({ argv, cwd: jobFolder(job), env, timeoutMs: withinMs }), before);
  } catch (error) {
    if (error instanceof RingmasterError && error.code === 'transport.timeout') return { type: 'silent', says: `no answer in ${withinMs / 1_000} s` };
    throw error;
  }
}
