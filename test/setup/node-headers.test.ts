/**
 * Tests where set-up takes the headers of Node from. npm is the real one, and its registry is a server of this test. Node runs from a folder without headers,
 * as the Node of a bare container does.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

const { node: version } = process.versions;
const name = `node-${process.platform}-${process.arch}`;
const root = mkdtempSync(join(tmpdir(), 'ringmaster-headers-'));
const bin = join(root, 'own/bin');
let registry: Server;
let address = '';
/** The version of Node whose headers the package has. */
let headersOf = version;
/** The paths that npm asked the registry for. */
const asked: string[] = [];

beforeAll(async () => {
  mkdirSync(bin, { recursive: true });
  copyFileSync(process.execPath, join(bin, 'node'));
  symlinkSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim(), join(bin, 'npm'));
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === `/${name}`) return void response.end(JSON.stringify(packument()));
    if (request.url === `/${name}.tgz`) return void response.end(tarball());
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => registry.once('listening', listening));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => {
  registry.close();
  rmSync(root, { recursive: true, force: true });
});

/** Writes the headers that set-up looks at: the version, and the class that it mends. */
function writeHeaders(include: string, wanted: string): void {
  mkdirSync(include, { recursive: true });
  const lines = ['MAJOR', 'MINOR', 'PATCH'].map((part, k) => `#define NODE_${part}_VERSION ${wanted.split('.')[k]}\n`);
  writeFileSync(join(include, 'node_version.h'), lines.join(''));
  writeFileSync(join(include, 'node_object_wrap.h'), 'class ObjectWrap {\n  AddCleanupHook();\n};\n');
}
function tarball(): Buffer {
  const at = mkdtempSync(join(root, 'package-'));
  writeHeaders(join(at, 'package/include/node'), headersOf);
  writeFileSync(join(at, 'package/package.json'), JSON.stringify({ name, version }));
  return execFileSync('tar', ['-C', at, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-cz', 'package']);
}
function packument(): object {
  const integrity = `sha512-${createHash('sha512').update(tarball()).digest('base64')}`;
  const versions = { [version]: { name, version, dist: { tarball: `${address}/${name}.tgz`, integrity } } };
  return { name, 'dist-tags': { latest: version }, versions };
}

/** Asks set-up for the headers. Node's own server is a closed port. Returns where they lie, and the error of set-up. */
async function bring(variables: Readonly<Record<string, string>> = {}): Promise<{ readonly include: string; readonly error: string }> {
  const target = mkdtempSync(join(root, 'target-'));
  const script = `Object.defineProperty(process.release, 'headersUrl', { value: 'http://127.0.0.1:1/headers' });
    const { bringHeaders } = await import(process.argv[1]);
    await bringHeaders(process.argv[2], { root: process.argv[3], env: process.env }).catch((error) => console.error('Error: ' + error.message));`;
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: mkdtempSync(join(root, 'home-')), npm_config_registry: address, npm_config_fetch_retries: '0' };
  const args = ['--input-type=module', '-e', script, join(repository, 'scripts/setup/node-headers.mjs'), target, root];
  const child = spawn(join(bin, 'node'), args, { env: { ...env, ...variables }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((ended) => child.on('close', ended));
  return { include: join(target, 'include/node'), error: /^Error: (.*)$/m.exec(said)?.[1] ?? '' };
}

test(
  'headers that no folder has come from npm’s package of the same Node, without the calls that end an idle process',
  { timeout: 60_000 },
  async () => {
    headersOf = version;
    const { include, error } = await bring();
    expect(error).toBe('');
    expect(asked).toContain(`/${name}.tgz`);
    expect(readFileSync(join(include, 'node_version.h'), 'utf8')).toContain(`NODE_MAJOR_VERSION ${version.split('.')[0]}\n`);
    expect(readFileSync(join(include, 'node_object_wrap.h'), 'utf8')).toBe('class ObjectWrap {\n\n};\n');
  },
);

test('headers of another Node are refused by name, and the folder of the fix works', { timeout: 60_000 }, async () => {
  headersOf = '18.0.0';
  const { error } = await bring();
  expect(error).toMatch(
    new RegExp(
      `^Cannot compile better-sqlite3 because the headers of Node ${version} are nowhere to be had \\(\\S+\\.tgz has no headers of Node ${version}; `,
    ),
  );
  expect(error).toContain('http://127.0.0.1:1/headers: ');
  const [, variable = ''] = /; try: (\w+)=FOLDER npm start, where FOLDER\/include\/node has them$/.exec(error) ?? [];
  const folder = mkdtempSync(join(root, 'nodedir-'));
  writeHeaders(join(folder, 'include/node'), version);
  const mended = await bring({ [variable]: folder });
  expect(mended.error).toBe('');
  expect(readFileSync(join(mended.include, 'node_version.h'), 'utf8')).toContain(`NODE_PATCH_VERSION ${version.split('.')[2]}\n`);
});

test('a registry without the package is named', { timeout: 60_000 }, async () => {
  const { error } = await bring({ npm_config_registry: `${address}/empty/` });
  expect(error).toContain(`(npm has no ${name}@${version}; `);
});
