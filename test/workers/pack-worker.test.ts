import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { workerPackages } from '../../workers/gateway/pack-worker.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pack-worker-'));
// The compression of the native core takes seconds on a busy machine.
const limitMs = 120_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(
  'the packed worker is small and loads on its own, outside the installation; a package is made once',
  async () => {
    const packages = workerPackages(root, join(folder, 'p'));
    expect(packages.arches).toEqual(['x64', 'arm64']);
    expect(await Promise.all(packages.arches.map((arch) => packages.glibcMin(arch)))).toEqual(['2.18', '2.18']);
    const [packed, again] = await Promise.all([packages.pack(process.arch), packages.pack(process.arch)]);
    expect(again).toBe(packed);
    const files = readdirSync(packed);
    expect(files.toSorted()).toEqual(['core.node.br', 'main.mjs', 'worker.mjs.br']);
    // Before the worker was bundled, a package had 116 MB.
    expect(files.reduce((sum, name) => sum + statSync(join(packed, name)).size, 0)).toBeLessThan(11_000_000);
    // Node loads all imports before it runs the program. Without arguments the program then names what is missing and exits with code 2.
    const cwd = join(folder, 'node');
    mkdirSync(cwd);
    const ended = await promisify(execFile)(process.execPath, [join(packed, 'main.mjs')], { cwd }).catch((error: unknown) => error);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('--node') });
  },
  limitMs,
);
