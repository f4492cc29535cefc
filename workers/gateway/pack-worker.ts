import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { WorkerPackages } from '../../activities/gateway/worker/check-platform.ts';
import { KeyedMutex } from '../../src/transport/copy/keyed-mutex.ts';

const compress = promisify(brotliCompress);

/** Folders of the SDK's native cores, by the architecture as Node.js names it. The SDK has cores for Linux with glibc only. */
const cores: Readonly<Record<string, string>> = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };
/** Quality 5 of 11: 8.0 MB of 29.9 MB in 4 s. Quality 9 makes 7.5 MB in 35 s. */
const quality = 5;

/**
 * Returns the packages of the worker for nodes that cannot read our installation. A package is a folder with three files: the program `packed.ts`, and
 * compressed the bundle of `workers/node/main.ts` (made by the build) and the native core. A package is made once for each version and kept.
 */
export function workerPackages(packageRoot: string, packages: string): WorkerPackages {
  const mutex = new KeyedMutex();
  const core = (arch: string): string => {
    const bridge = dirname(createRequire(import.meta.url).resolve('@temporalio/core-bridge'));
    return join(bridge, 'releases', cores[arch] ?? arch, 'index.node');
  };
  return {
    arches: Object.keys(cores),
    glibcMin: async (arch) => glibcOf(await readFile(core(arch))),
    pack: (arch) => mutex.runExclusive(packages, () => pack({ packageRoot, packages, core: core(arch), arch })),
  };
}

async function pack(parts: {
  readonly packageRoot: string;
  readonly packages: string;
  readonly core: string;
  readonly arch: string;
}): Promise<string> {
  const { packageRoot, packages, arch } = parts;
  const program = join(packageRoot, 'dist/workers/node/packed.js');
  const [start, bundle, core] = await Promise.all(
    [program, join(packageRoot, 'dist/node-worker/worker.mjs'), parts.core].map((file) => readFile(file)),
  );
  const hash = createHash('sha256');
  for (const bytes of [start, bundle, core]) hash.update(bytes ?? '');
  const folder = join(packages, `${arch}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  // The packages of earlier versions go; that of another architecture is quickly made again.
  await rm(packages, { recursive: true, force: true });
  const next = `${folder}.next`;
  await mkdir(next, { recursive: true });
  await copyFile(program, join(next, 'main.mjs'));
  for (const [name, bytes = Buffer.alloc(0)] of [
    ['worker.mjs', bundle],
    ['core.node', core],
  ] as const) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    await writeFile(join(next, `${name}.br`), await compress(bytes, { params }));
  }
  await rename(next, folder);
  return folder;
}

/** Returns the oldest glibc that a native core loads with: the newest version that its symbols name. */
function glibcOf(core: Buffer): string {
  const named = [...core.toString('latin1').matchAll(/GLIBC_2\.(\d{1,3})/g)].map(([, minor]) => Number(minor));
  return `2.${Math.max(0, ...named)}`;
}
