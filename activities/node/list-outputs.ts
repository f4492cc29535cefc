import { createHash } from 'node:crypto';
import type { OutputFile, OutputManifest } from '../../src/domain/job/job.ts';
import type { OutputRule } from '../../src/domain/item/work-item.ts';
import { acceptLimits } from '../limits.ts';

/**
 * Returns the manifest with the files that the item declares, and with as many further files as fit into `listedBytesMax`. The other files are counted, and
 * a digest of their list says which they were. A manifest may list 10,000 files with long names, which is more than Temporal carries.
 */
export function listOutputs(manifest: OutputManifest, rules: readonly OutputRule[]): OutputManifest {
  const declared = new Set(rules.map(({ path }) => path));
  let room: number = acceptLimits.listedBytesMax;
  const fits = (file: OutputFile): boolean => {
    room -= Buffer.byteLength(JSON.stringify(file));
    return room >= 0;
  };
  const listed = new Set(manifest.files.filter((file) => declared.has(file.path) || fits(file)));
  const left = manifest.files.filter((file) => !listed.has(file));
  if (left.length === 0) return manifest;
  const sum = createHash('sha256');
  for (const { sha256, path } of left) sum.update(`${sha256}  ${path}\n`);
  const bytes = left.reduce((total, file) => total + file.bytes, 0);
  return { ...manifest, files: [...listed], unlisted: { files: left.length, bytes, sha256: sum.digest('hex') } };
}
