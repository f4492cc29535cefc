/**
 * Tests the walls between the rooms in a skeleton of the repository. The skeleton has the real table of rooms, the real lint configuration, the real
 * compiler settings, and one file for each way through a wall. oxlint must catch every such file, because the compiler accepts most of them:
 * references are transitive, and dist and packages are open.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

const use = (from: string): string => `import { here } from '${from}';\nexport const there = here;\n`;

/** Maps each file to [the forbidden import in words, the text of the file]. */
const forbidden: Readonly<Record<string, readonly [string, string]>> = {
  'src/domain/static.ts': ['a room that is not in the table', use('../storage/thing.ts')],
  'src/domain/type.ts': ['its types only', "import type { Thing } from '../storage/thing.ts';\nexport type Other = Thing;\n"],
  'src/domain/dynamic.ts': ['a dynamic import', "export const load = () => import('../storage/thing.ts');\n"],
  'src/domain/import-type.ts': ['an import() type', "export type Other = import('../storage/thing.ts').Thing;\n"],
  'src/domain/re-export.ts': ['a re-export', "export { here } from '../storage/thing.ts';\n"],
  'src/domain/star.ts': ['a star re-export', "export * from '../storage/thing.ts';\n"],
  'src/domain/deep/nested.ts': ['from a nested folder', use('../../storage/thing.ts')],
  'src/domain/roundabout.ts': ['down and up again', use('./deep/../../storage/thing.ts')],
  'src/domain/own-name.ts': ['through its own name', use('../domain/../storage/thing.ts')],
  'src/domain/compiled.ts': ['the compiled output', use('../../dist/src/storage/thing.js')],
  'src/domain/built-in.ts': ["Node's built-ins", "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n"],
  'src/domain/bare-built-in.ts': ['without their prefix', "import { readFileSync } from 'fs';\nexport const read = readFileSync;\n"],
  'src/domain/package.ts': ['a package', "import type { Client } from '@temporalio/client';\nexport type Other = Client;\n"],
  'src/domain/deep-package.ts': ['a file of a package', use('fastify/lib/anything.js')],
  'src/domain/tests.ts': ['the tests', use('../../test/thing.ts')],
  'src/http/transitive.ts': ['what an allowed room references', use('../storage/thing.ts')],
  'src/service/ledger.ts': ['storage outside the folder that reads', use('../storage/thing.ts')],
  'src/service/deep/queue.ts': ['the same from a nested folder', use('../../storage/queue/thing.ts')],
  'src/service/beside.ts': ['a name that begins alike', use('../storage/reader/thing.ts')],
  'src/service/up-again.ts': ['down and up again, through the folder that reads', use('../storage/read/../thing.ts')],
  'workflows/isolate/activities.ts': ['activities, as types', "import type { Thing } from '../activities/thing.ts';\nexport type Other = Thing;\n"],
  'activities/workflows.ts': ['workflows', use('../workflows/thing.ts')],
  'workers/workflows.ts': ['workflows, from the workers', use('../workflows/thing.ts')],
  'src/base/clock.ts': ['the clock, in a pure room', 'export const now = () => Date.now();\n'],
  'src/base/dice.ts': ['chance, in a pure room', 'export const roll = () => Math.random();\n'],
  'src/base/default.ts': ['a default export', 'const one = 1;\nexport default one;\n'],
  'src/base/floating.ts': ['a floating promise', 'const later = async () => 1;\nexport const go = () => {\n  later();\n};\n'],
  'src/base/cycle-a.ts': ['a cycle', "import { b } from './cycle-b.ts';\nexport const a = () => b;\n"],
};

const allowed: Readonly<Record<string, string>> = {
  'src/base/cycle-b.ts': "export { a as b } from './cycle-a.ts';\n",
  'src/domain/deep/base.ts': use('../../base/thing.ts'),
  'src/domain/deep/own.ts': use('../thing.ts'),
  'src/http/built-ins.ts': "import { readFile } from 'node:fs/promises';\nimport { join } from 'node:path';\nexport const both = [readFile, join];\n",
  'src/service/reads.ts': use('../storage/read/thing.ts'),
  'src/service/deep/reads.ts': use('../../storage/read/thing.ts'),
  'activities/storage.ts': use('../src/storage/thing.ts'),
  'activities/deep-package.ts': "import type { Duration } from '@temporalio/common/lib/time.js';\nexport const second: Duration = 1000;\n",
  'workflows/sdk.ts': "import { sleep } from '@temporalio/workflow';\nexport const rest = sleep;\n",
  'workflows/clock.ts': 'export const roll = () => Date.now() + Math.random();\n',
};

let skeleton = '';
let accused = new Map<string, string[]>();

beforeAll(() => {
  skeleton = mkdtempSync(join(tmpdir(), 'ringmaster-walls-'));
  for (const file of ['oxlint.config.mjs', 'tsconfig.base.json', 'scripts/rooms.mjs', 'scripts/write-rooms.mjs'])
    cpSync(join(repository, file), join(skeleton, file));
  symlinkSync(join(repository, 'node_modules'), join(skeleton, 'node_modules'));
  const rooms = execFileSync(process.execPath, ['-e', "import('./scripts/rooms.mjs').then((m) => console.log(Object.keys(m.rooms).join()))"], {
    cwd: skeleton,
    encoding: 'utf8',
  });
  for (const room of [...rooms.trim().split(','), 'test'])
    put(`${room}/thing.ts`, 'export const here = 1;\nexport interface Thing {\n  readonly a: number;\n}\n');
  execFileSync(process.execPath, ['scripts/write-rooms.mjs'], { cwd: skeleton });
  for (const folder of ['read', 'reader', 'queue']) put(`src/storage/${folder}/thing.ts`, 'export const here = 1;\n');
  for (const [file, [, text]] of Object.entries(forbidden)) put(file, text);
  for (const [file, text] of Object.entries(allowed)) put(file, text);
  accused = lint();
});

afterAll(() => rmSync(skeleton, { recursive: true, force: true }));

test.each(Object.entries(forbidden).map(([file, [what]]) => [what, file] as const))('oxlint refuses %s (%s)', (_what, file) => {
  expect(accused.get(file) ?? []).not.toEqual([]);
});

test('imports that the table allows pass', () => {
  const wronged = Object.keys(allowed).filter((file) => file !== 'src/base/cycle-b.ts' && accused.has(file));
  expect(wronged.map((file) => [file, accused.get(file)])).toEqual([]);
});

test('the compiler refuses an unreferenced room and an enum', () => {
  put('src/base/enum.ts', 'export enum Colour {\n  red,\n}\n');
  put('src/base/upward.ts', "import type { Thing } from '../domain/thing.ts';\nexport type Other = Thing;\n");
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'src/base'], { cwd: skeleton, encoding: 'utf8' });
  expect(stdout).toMatch(/enum\.ts.*TS1294/);
  expect(stdout).toMatch(/upward\.ts.*TS6307/);
});

function put(file: string, text: string): void {
  mkdirSync(dirname(join(skeleton, file)), { recursive: true });
  writeFileSync(join(skeleton, file), text);
}

function lint(): Map<string, string[]> {
  const args = ['node_modules/oxlint/bin/oxlint', '-c', 'oxlint.config.mjs', '-f', 'json'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: skeleton, encoding: 'utf8', maxBuffer: 1 << 26 });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { filename: string; code: string }[] };
  const found = new Map<string, string[]>();
  for (const { filename, code } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}
