import type { JobRef } from '../domain/ids.ts';
import type { JobObservation } from '../domain/job.ts';

const lineCharsMax = 2_000;

/** The text of `script/look.ts` as observations, one for each job asked about, in their order. */
export function parseLook(jobs: readonly JobRef[], text: string, atMs: number): JobObservation[] {
  const tailsAt = text.indexOf('\n==> ');
  const lines = (tailsAt < 0 ? text : text.slice(0, tailsAt)).split('\n');
  const bootId = lines.find((line) => line.startsWith('B '))?.slice(2) ?? '';
  const states = new Map(lines.filter((line) => line.startsWith('J ')).map((line) => [line.split(' ')[1] ?? '', line.split(' ')]));
  const sizes = lines.filter((line) => line.startsWith('S ')).map((line) => ({ bytes: Number(line.split(' ')[1]), path: line.split(' ').slice(2).join(' ') }));
  const tails = tailsAt < 0 ? '' : text.slice(tailsAt);
  return jobs.map((job) => {
    const folder = `jobs/${job.item}/${job.epoch}`;
    const [, , phase = 'absent', rc = '-', ended = '-'] = states.get(folder) ?? [];
    return {
      job,
      atMs,
      phase: phase as JobObservation['phase'],
      ...(rc === '-' ? {} : { exitCode: Number(rc) }),
      ...(ended === 'self-fence' || ended === 'stopped' ? { ended } : {}),
      bootId,
      stdoutBytes: sizes.find((size) => size.path === `${folder}/out`)?.bytes ?? 0,
      outputBytes: sizes.filter((size) => size.path.startsWith(`${folder}/output/`)).reduce((sum, size) => sum + size.bytes, 0),
      lastLine: lastLine(tails, `\n==> ${folder}/out <==\n`),
    };
  });
}

/** The last line that is complete: the script ends each tail with a newline of its own. */
function lastLine(tails: string, heading: string): string {
  const at = tails.indexOf(heading);
  if (at < 0) return '';
  const from = at + heading.length;
  const next = tails.indexOf('\n==> jobs/', from);
  const tail = tails.slice(from, next < 0 ? undefined : next).replace(/\n$/, '');
  const complete = tail.split('\n').slice(0, -1);
  return (complete.at(-1) ?? '').slice(0, lineCharsMax);
}
