/**
 * The program of the worker's package. It unpacks the worker and the native core of Temporal's SDK into the node's folder, and then
 * runs the worker. The package has both compressed, so that little is sent. The version of the package in `replicas/` stays as it was verified.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const folder = resolve('worker/unpacked');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true, mode: 0o700 });
const unpack = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, brotliDecompressSync(readFileSync(join(import.meta.dirname, `${name}.br`))), { mode: 0o600 });
  return path;
};
// The bundled SDK reads the path of its core here (`scripts/bundle-worker.mjs`). A variable of the environment would reach the jobs.
Object.assign(globalThis, { ringmasterCoreBridge: unpack('core.node') });
await import(pathToFileURL(unpack('worker.mjs')).href);
