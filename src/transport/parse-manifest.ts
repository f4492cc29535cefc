import { type FailureCode, RingmasterError } from '../domain/failure.ts';
import type { JobRef } from '../domain/ids.ts';
import type { OutputManifest } from '../domain/job.ts';

const resultBytesMax = 64 * 1024;
const filesMax = 10_000;

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Text of `script/output.ts`: the manifest, NUL, the sums of what is really there. Throws job.bad-manifest or job.corrupt-output. */
export function parseManifest(job: JobRef, node: string, text: string): OutputManifest {
  const cut = text.lastIndexOf('\0');
  const refuse = (code: FailureCode, because: string): RingmasterError =>
    new RingmasterError(code, { cannot: `accept the outputs of ${job.item}/${job.epoch}`, because, hint: 'docs/payload.md says what a manifest holds', fields: { node, item: job.item, epoch: job.epoch } });
  let value: unknown;
  try {
    value = JSON.parse(text.slice(0, cut));
  } catch (error) {
    throw refuse('job.bad-manifest', `its manifest.json is not JSON (${(error as Error).message})`);
  }
  const problem = problemOf(value);
  if (problem !== undefined) throw refuse('job.bad-manifest', problem);
  const manifest = value as OutputManifest;
  const sums = new Map(text.slice(cut + 1).split('\n').filter((line) => line !== '').map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const file of manifest.files) {
    const sum = sums.get(file.path);
    if (sum === undefined) throw refuse('job.corrupt-output', `its manifest lists ${file.path}, which is not there`);
    if (sum !== file.sha256) throw refuse('job.corrupt-output', `${file.path} has sha256 ${sum.slice(0, 12)}…, its manifest says ${file.sha256.slice(0, 12)}…`);
  }
  return manifest;
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'its manifest.json is no object';
  const { v, files, result } = value as { v?: unknown; files?: unknown; result?: unknown };
  if (v !== 1) return `its manifest.json has v ${JSON.stringify(v)}, not 1`;
  if (!Array.isArray(files) || files.length > filesMax) return 'its manifest.json has no list of files';
  const bad = files.find((file: Partial<Entry> | null) => !isEntry(file)) as unknown;
  if (bad !== undefined) return `its manifest.json has a bad file entry: ${JSON.stringify(bad).slice(0, 200)}`;
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 'its manifest.json has no result object';
  if (JSON.stringify(result).length > resultBytesMax) return `its result is larger than ${resultBytesMax} bytes`;
  return undefined;
}

const isEntry = (file: Partial<Entry> | null): boolean =>
  file !== null && typeof file === 'object' && typeof file.path === 'string' && file.path !== '' && !file.path.startsWith('/') && !file.path.split('/').includes('..') && !file.path.includes('\n') &&
  typeof file.bytes === 'number' && file.bytes >= 0 && typeof file.sha256 === 'string' && /^[0-9a-f]{64}$/.test(file.sha256);
