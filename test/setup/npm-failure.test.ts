/** Tests that each way in which npm fails becomes one sentence with a cure. The outputs are what npm 9, 10 and 11 print. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

type Say = (output: string, parts: { root: string; registry: string; log?: string }) => string;
let say: Say;
let nodeFault: (root: string, version?: string) => { because: string; cure: string } | undefined;
let platformFault: (host: { platform: string; arch: string }, hasGlibc: () => boolean) => { because: string; cure: string } | undefined;
let tested: readonly string[] = [];
beforeAll(async () => {
  const load = async (name: string): Promise<Record<string, unknown>> =>
    (await import(/* @vite-ignore */ join(repository, 'scripts/setup', name))) as Record<string, unknown>;
  say = (await load('npm-failure.mjs'))['npmFailure'] as Say;
  const node = await load('supported-node.mjs');
  nodeFault = node['nodeFault'] as typeof nodeFault;
  tested = node['testedNodes'] as readonly string[];
  platformFault = (await load('platform-fault.mjs'))['platformFault'] as typeof platformFault;
});

const parts = { root: '/srv/ringmaster', registry: 'https://registry.example/', log: '/srv/ringmaster/dist/setup-npm.log' };
const cases: readonly (readonly [name: string, output: string, sentence: string])[] = [
  [
    'away',
    'npm error code ENOTFOUND\nnpm error syscall getaddrinfo',
    'the registry https://registry.example/ cannot be reached; try: when `npm ping`',
  ],
  ['away, npm 9', 'npm ERR! code EAI_AGAIN\nnpm ERR! errno', 'the registry https://registry.example/ cannot be reached'],
  ['certificate', 'npm error code SELF_SIGNED_CERT_IN_CHAIN', 'is not one that Node trusts; try: npm config set cafile FILE'],
  ['login', 'npm error code E401', 'refuses this user; try: npm login --registry=https://registry.example/'],
  [
    'mirror',
    'npm error code E404\nnpm error 404 Not Found - GET https://registry.example/zod',
    'lacks a package: 404 Not Found - GET https://registry.example/zod',
  ],
  ['disk', 'npm error code ENOSPC\nnpm error path /srv/ringmaster/x', 'the disk of /srv/ringmaster/x is full (ENOSPC); try: free 1.5 GB there'],
  ['owner', 'npm error code EACCES\nnpm error path /srv/a b/node_modules', 'you may not write to /srv/a b/node_modules (EACCES); try: sudo chown -R'],
  ['read-only', 'npm error code EROFS\nnpm error path /srv/ringmaster', 'is on a disk that is read-only (EROFS)'],
  ['no npm', 'spawn npm ENOENT', 'there is no npm on PATH'],
  [
    'unknown',
    'npm error Exit handler never called!\nnpm error A complete log',
    'npm failed: Exit handler never called!; try: read /srv/ringmaster/dist/setup-npm.log',
  ],
];

test.each(cases)('npm fails: %s', (_name, output, sentence) => {
  const said = say(output, parts);
  expect(said).toContain(sentence);
  expect(said.split('\n')).toHaveLength(1);
});

test('the tested versions of Node are supported, and what lacks a needed part is refused', () => {
  for (const version of [...tested, process.versions.node, '24.0.0', '30.1.0']) expect(nodeFault(repository, version), version).toBeUndefined();
  for (const version of ['18.20.8', '20.18.3', '21.7.3', '22.12.0', '23.11.1']) {
    expect(nodeFault(repository, version)?.because, version).toContain(`this is Node ${version} and Ringmaster needs Node ^20.19.0`);
  }
});

test('a machine for which the SDK has no program is named before anything is installed', () => {
  expect(platformFault({ platform: 'linux', arch: 'x64' }, () => true)).toBeUndefined();
  expect(platformFault({ platform: 'linux', arch: 'riscv64' }, () => true)?.because).toContain('linux riscv64');
  expect(platformFault({ platform: 'win32', arch: 'x64' }, () => true)?.because).toContain('win32 x64');
  expect(platformFault({ platform: 'linux', arch: 'arm64' }, () => false)).toMatchObject({
    because: expect.stringContaining('musl'),
    cure: expect.stringContaining('Debian'),
  });
});
