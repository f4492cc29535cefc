import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { JobLogs, JobObservation, LogStream } from '../../domain/job/job.ts';
import { jobLimits } from '../limits.ts';
import type { LookedAt } from '../machine.ts';
import { jobFolder } from '../node-folder.ts';

interface Seen {
  readonly phase: JobObservation['phase'];
  readonly exitCode: number | undefined;
  readonly ended: string;
  readonly stdoutBytes: number;
  readonly parts: (readonly string[])[];
  /** The position of the first byte of the text. */
  readonly first: number;
  readTo: number;
  /** The meaning of the next part. A `cut` part of the new lines begins in the middle of a line. */
  next: 'lines' | 'cut' | LogStream;
  logs: JobLogs;
  /** The rest of a line whose beginning was left out. It is shown when there is no other line, and decides nothing. */
  rest: string;
}

const phases: readonly string[] = ['absent', 'running', 'ended'] satisfies readonly JobObservation['phase'][];
const blank = 32;

/**
 * Parses what `look.sh` printed. Returns one observation for each job that has a line, in the order of `jobs`. Throws `transport.command` when the
 * end of the output is missing, because then nothing is known about the jobs. Takes bytes, because text can begin in the middle of a letter.
 */
export function parseLook(node: NodeId, jobs: readonly LookedAt[], answer: Buffer, atMs: number): JobObservation[] {
  const seen = new Map<string, Seen>();
  const asked = new Map(jobs.map((job) => [jobFolder(job), job.readTo ?? 0]));
  const output = new Map<string, number | undefined>();
  let bootId = '';
  let upMs = Number.NaN;
  let isWhole = false;
  let current: Seen | undefined;
  let text: Buffer[] = [];
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at);
    const bytes = answer.subarray(at, end < 0 ? answer.length : end);
    at = end < 0 ? answer.length : end + 1;
    // The point that ends a part stands on a line of its own, or behind the last line of the text when that line has no newline yet.
    if (bytes[0] === blank) {
      text.push(bytes.subarray(1));
      continue;
    }
    const line = bytes.toString('utf8');
    if (text.length > 0 || line === '.') {
      if (current !== undefined) takePart(current, text, line === '.');
      text = [];
    }
    const [tag = '', folder = '', ...rest] = line.split(' ');
    if (tag === 'B') {
      bootId = folder;
      upMs = Number(rest[0]) * 1_000;
    } else if (tag === 'J') {
      const [phase = '', rc = '-', ended = '-', size = '0', position = '0'] = rest;
      current = {
        phase: phase as Seen['phase'],
        exitCode: /^\d+$/.test(rc) ? Number(rc) : undefined,
        ended,
        stdoutBytes: Number(size),
        parts: [],
        first: Number(position),
        readTo: Number(position),
        // A text that begins at 0, or at the position that was asked for, begins with a line.
        next: Number(position) === 0 || Number(position) === asked.get(folder) ? 'lines' : 'cut',
        logs: { stdout: '', stderr: '' },
        rest: '',
      };
      if (phases.includes(phase)) seen.set(folder, current);
    } else if (tag === '>' && current !== undefined) {
      current.readTo = Number(folder);
      current.next = 'cut';
    } else if ((tag === 'O' || tag === 'R') && current !== undefined) {
      current.next = tag === 'O' ? 'stdout' : 'stderr';
    } else if (tag === 'C') output.set(folder, undefined);
    else if (tag === 'S') output.set(rest[0] ?? '', Number(folder));
    else if (tag === 'E') isWhole = true;
  }
  if (!isWhole) throw cutOff(node);
  return jobs.flatMap((job) => {
    const folder = jobFolder(job);
    const one = seen.get(folder);
    if (one === undefined) return [];
    const { phase, exitCode, ended, stdoutBytes, logs } = one;
    const before = asked.get(folder) ?? 0;
    // The text began one byte before what was asked for, and had no end of a line.
    const readTo = one.readTo === before - 1 ? before : one.readTo;
    // Text that was lost or left out stands between two parts, so an empty part in front says that text is missing before the next.
    const all = one.first > before ? [[], ...one.parts] : one.parts;
    const parts = all.some((lines) => lines.length > 0) ? all.filter((lines, index) => index === 0 || lines.length > 0) : [];
    return [
      {
        job,
        atMs,
        phase,
        ...given({ exitCode, outputBytes: output.has(folder) ? output.get(folder) : 0 }),
        ...(ended === 'self-fence' || ended === 'stopped' ? { ended } : {}),
        bootId,
        ...(Number.isFinite(upMs) ? { upMs } : {}),
        stdoutBytes,
        parts,
        readTo,
        ...(phase === 'ended' ? { logs } : {}),
        lastLine: (parts.at(-1)?.at(-1) ?? one.rest).slice(0, jobLimits.lineCharsMax),
      },
    ];
  });
}

function logText(text: readonly Buffer[], isWhole: boolean): string {
  const joined = text.map((line) => line.toString('utf8')).join('\n');
  return isWhole && joined !== '' ? `${joined}\n` : joined.slice(0, -1);
}

/** The point behind the last line of a part that is not whole belongs to the report and not to the line. */
function takePart(seen: Seen, text: readonly Buffer[], isWhole: boolean): void {
  if (seen.next === 'stdout' || seen.next === 'stderr') {
    seen.logs = { ...seen.logs, [seen.next]: logText(text, isWhole) };
    return;
  }
  // When the text begins at the beginning and no part of the log follows, the text is the whole stdout.
  if (seen.readTo === 0) seen.logs = { ...seen.logs, stdout: logText(text, isWhole) };
  const lines = isWhole ? text : text.slice(0, -1);
  seen.readTo += lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (seen.next === 'cut') seen.rest = lines[0]?.toString('utf8') ?? '';
  seen.parts.push((seen.next === 'cut' ? lines.slice(1) : lines).map((line) => line.toString('utf8')));
}

/** Returns the complete lines of a text. */
export const completeLines = (text: string): readonly string[] => text.split('\n').slice(0, -1);

const cutOff = (node: NodeId): RingmasterError =>
  new RingmasterError('transport.command', {
    cannot: `look at jobs on ${node}`,
    because: 'the end of its report is missing',
    hint: { say: 'again in a moment: the next look asks for the whole report', run: `ringmaster node show ${node}` },
    fields: { node },
  });
