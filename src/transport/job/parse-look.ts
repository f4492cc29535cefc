import { given } from '../../base/given.ts';
import { type JobRef } from '../../domain/ids.ts';
import type { JobObservation } from '../../domain/job/job.ts';
import { jobLimits } from '../limits.ts';
import { jobFolder, nodeFolders } from '../node-folder.ts';

const folderOfOutput = new RegExp(`^(${nodeFolders.jobs}/[^/]+/\\d+)/output/`);

interface Seen {
  readonly phase: JobObservation['phase'];
  readonly exitCode: number | undefined;
  readonly ended: string;
  readonly stdoutBytes: number;
  readonly lastLine: string;
}

/**
 * Parses what `look.sh` printed. Returns one observation for each of the jobs, in the order of `jobs`. Takes bytes, because a tail can begin in the
 * middle of a letter.
 */
export function parseLook(jobs: readonly JobRef[], answer: Buffer, atMs: number): JobObservation[] {
  const seen = new Map<string, Seen>();
  const output = new Map<string, number>();
  let bootId = '';
  let sizes = false;
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at);
    const line = answer.toString('utf8', at, end < 0 ? answer.length : end);
    at = end < 0 ? answer.length : end + 1;
    const words = line.split(' ');
    if (line === '=') sizes = true;
    else if (words[0] === 'B' && !sizes) bootId = words[1] ?? '';
    else if (words[0] === 'J' && !sizes) {
      const [, folder = '', phase = 'absent', rc = '-', ended = '-', bytes = '0', tail = '0'] = words;
      const lastLine = lastComplete(answer.toString('utf8', at, at + Number(tail)));
      at += Number(tail) + 1;
      const exitCode = /^\d+$/.test(rc) ? Number(rc) : undefined;
      seen.set(folder, { phase: phase as Seen['phase'], exitCode, ended, stdoutBytes: Number(bytes), lastLine });
    } else if (words[0] === 'S') {
      const folder = folderOfOutput.exec(words.slice(2).join(' '))?.[1] ?? '';
      output.set(folder, (output.get(folder) ?? 0) + Number(words[1]));
    }
  }
  return jobs.map((job) => {
    const folder = jobFolder(job);
    const { phase, exitCode, ended, stdoutBytes, lastLine } = seen.get(folder) ?? absent;
    return {
      job,
      atMs,
      phase,
      ...given({ exitCode }),
      ...(ended === 'self-fence' || ended === 'stopped' ? { ended } : {}),
      bootId,
      stdoutBytes,
      outputBytes: output.get(folder) ?? 0,
      lastLine,
    };
  });
}

const absent: Seen = { phase: 'absent', exitCode: undefined, ended: '-', stdoutBytes: 0, lastLine: '' };

export const lastComplete = (tail: string): string => (tail.split('\n').at(-2) ?? '').slice(0, jobLimits.lineCharsMax);
