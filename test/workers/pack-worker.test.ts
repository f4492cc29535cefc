import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pack-worker-'));
// The package has thousands of small files. Writing and removing them takes a long time on a busy disk.
const limitMs = 120_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }), limitMs);

it(
  'the packed worker loads on its own: it contains every package that the node worker imports',
  async () => {
    const { packWorker } = (await import(join(root, 'dist/workers/gateway/pack-worker.js'))) as {
      packWorker: (packageRoot: string, packages: string) => Promise<string>;
    };
    const packed = await packWorker(root, join(folder, 'p'));
    expect(packed.startsWith(join(folder, 'p'))).toBe(true);
    // Node loads all imports before it runs the program. Without arguments the program then names what is missing and exits with code 2.
    const ended = await promisify(execFile)(process.execPath, ['dist/workers/node/main.js'], { cwd: packed }).catch((error: unknown) => error);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('--node') });
  },
  limitMs,
);
