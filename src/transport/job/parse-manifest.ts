import { RingmasterError } from '../../domain/failure/error.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import { type JobRef, jobKey } from '../../domain/ids.ts';
import type { OutputManifest } from '../../domain/job/job.ts';
import { isOutputPath } from '../../domain/job/output-path.ts';
import { parseSums } from '../copy/parse-sums.ts';
import { jobLimits } from '../limits.ts';

/** A file that is in the output folder. */
export interface OutputSeen {
  readonly bytes: number;
  readonly sha256: string;
}

/** Returns the checked manifest from the output of `manifest.sh`, which is: the manifest, NUL, sizes, NUL, sums. */
export function parseManifestAnswer(job: JobRef, node: string, text: string): OutputManifest {
  const [manifest, sizes = '', sums = ''] = cutLast(text);
  // `manifest.sh` prints one byte more than is allowed, so a manifest that was cut is not taken for one that is no JSON.
  if (Buffer.byteLength(manifest) > jobLimits.manifestBytesMax)
    throw refused(job, node, 'job.bad-manifest', `its manifest.json is larger than ${jobLimits.manifestBytesMax} bytes`);
  const hexes = parseSums(sums);
  const seen = new Map<string, OutputSeen>();
  for (const line of sizes.split('\n')) {
    const [, bytes, path] = /^(\d+) \.\/(.*)$/.exec(line) ?? [];
    const sha256 = path === undefined ? undefined : hexes.get(path);
    if (path !== undefined && sha256 !== undefined) seen.set(path, { bytes: Number(bytes), sha256 });
  }
  return checkManifest(job, node, manifest, seen);
}

/** Cuts the text at its last two NULs. A file name has no NUL, but a bad manifest may contain NULs. */
function cutLast(text: string): [string, string?, string?] {
  const last = text.lastIndexOf('\0');
  const middle = text.lastIndexOf('\0', last - 1);
  return [text.slice(0, middle), text.slice(middle + 1, last), text.slice(last + 1)];
}

/** Throws job.bad-manifest when the manifest breaks a rule of docs/payload.md, and job.corrupt-output when the files differ from the manifest. */
export function checkManifest(job: JobRef, node: string, text: string, seen: ReadonlyMap<string, OutputSeen>): OutputManifest {
  const refuse = (code: Refusal, because: string): RingmasterError => refused(job, node, code, because);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('job.bad-manifest', `its manifest.json is not JSON (${(error as Error).message.slice(0, 200)})`);
  }
  const fault = faultOf(value);
  if (fault !== undefined) throw refuse('job.bad-manifest', fault);
  const manifest = value as OutputManifest;
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = seen.get(path);
    if (file === undefined) throw refuse('job.corrupt-output', `its manifest lists ${path}, which is not there as a regular file`);
    if (file.bytes !== bytes) throw refuse('job.corrupt-output', `${path} has ${file.bytes} bytes, its manifest says ${bytes}`);
    if (file.sha256 !== sha256)
      throw refuse('job.corrupt-output', `${path} has sha256 ${file.sha256.slice(0, 12)}…, its manifest says ${sha256.slice(0, 12)}…`);
  }
  return { v: 1, files: manifest.files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })), result: manifest.result };
}

type Refusal = 'job.no-output' | 'job.bad-manifest' | 'job.corrupt-output';

const fixes: Readonly<Record<Refusal, Hint>> = {
  'job.no-output': { say: 'a program that writes manifest.json last, as docs/payload.md says' },
  'job.bad-manifest': { say: 'a manifest.json of the form in docs/payload.md' },
  'job.corrupt-output': { say: 'a program that closes its outputs and only then writes manifest.json, as docs/payload.md says' },
};

const refused = (job: JobRef, node: string, code: Refusal, because: string, hint: Hint = fixes[code]): RingmasterError =>
  new RingmasterError(code, { cannot: `accept the outputs of ${jobKey(job)}`, because, hint, fields: { node, item: job.item, epoch: job.epoch } });

/** The list of a job's output files was cut, so nothing is known about the files that it lacks. */
export const cutManifest = (job: JobRef, node: string): RingmasterError =>
  refused(job, node, 'job.bad-manifest', `its output folder has so many files that their list is longer than ${jobLimits.lookBytesMax} bytes`, {
    say: 'a program that leaves fewer files in its output folder',
  });

export const noManifest = (job: JobRef, node: string): RingmasterError => refused(job, node, 'job.no-output', 'it wrote no manifest.json');

function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'its manifest.json is no object';
  const { v, files, result } = value as { v?: unknown; files?: unknown; result?: unknown };
  if (v !== 1) return `its manifest.json has v ${JSON.stringify(v)}, not 1`;
  if (!Array.isArray(files)) return 'its manifest.json has no list of files';
  if (files.length > jobLimits.manifestFilesMax) return `its manifest.json lists ${files.length} files, more than ${jobLimits.manifestFilesMax}`;
  const bad = (files as unknown[]).find((file) => !isEntry(file));
  if (bad !== undefined) return `its manifest.json has a bad file entry: ${JSON.stringify(bad).slice(0, 200)}`;
  if (new Set((files as OutputManifest['files']).map((file) => file.path)).size < files.length) return 'its manifest.json lists a file twice';
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 'its manifest.json has no result object';
  if (Buffer.byteLength(JSON.stringify(result)) > jobLimits.resultBytesMax) return `its result is larger than ${jobLimits.resultBytesMax} bytes`;
  return undefined;
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { path, bytes, sha256 } = value as { path?: unknown; bytes?: unknown; sha256?: unknown };
  return (
    typeof path === 'string' &&
    isOutputPath(path) &&
    path !== 'manifest.json' &&
    Number.isSafeInteger(bytes) &&
    (bytes as number) >= 0 &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}
