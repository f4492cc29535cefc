import { type JobView, hasFailed } from '../../domain/job/view.ts';
import { ago } from '../../service/say.ts';
import { styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { jobKey } from '../../domain/ids.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export function jobLines(jobs: readonly JobView[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (jobs.length === 0) return ['no jobs'];
  return table(
    [
      { head: 'JOB' },
      { head: 'KIND' },
      { head: 'NODE' },
      { head: 'STATE' },
      { head: 'STARTED' },
      { head: 'TOOK' },
      { head: 'DONE' },
      { head: 'FAILURE', fits: !wide },
    ],
    jobs.map((job) => [
      jobKey(job),
      job.kind,
      job.node,
      { text: job.state, style: styleOfState(job.state) },
      ago(nowMs - job.startedAtMs),
      ago((job.endedAtMs ?? nowMs) - job.startedAtMs),
      job.progress === undefined ? '' : `${job.progress.done}/${job.progress.of}`,
      job.failure === undefined ? '' : { text: wide ? sentenceOf(job.failure) : job.failure.code, style: hasFailed(job) ? 'bad' : 'dim' },
    ]),
    colour,
  );
}
