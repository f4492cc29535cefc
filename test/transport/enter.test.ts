/** Tests that a program on a node enters the folder in its quick form, and that its other form runs only when the quick one did nothing. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { NodeId } from '../../src/domain/ids.ts';
import { placeKey } from '../../src/domain/node/place.ts';
import { localShell } from '../../src/transport/local-shell.ts';
import { exitStatus } from '../../src/transport/script/exit-status.ts';
import { notEnteredNote, programs, quickPrograms } from '../../src/transport/script/programs.ts';
import { shellMachine } from '../../src/transport/shell-machine.ts';
import type { Shell } from '../../src/transport/shell.ts';
import { ownerNamed } from '../support/owner-named.ts';

const above = mkdtempSync(join(tmpdir(), 'enter-'));
afterAll(() => rmSync(above, { recursive: true, force: true }));
const node = 'here' as NodeId;

let folder: string;
let ran: ('quick' | 'other')[];
const shell: Shell = {
  ...localShell,
  exec: (request) => {
    ran.push([...quickPrograms.values()].includes(request.script) ? 'quick' : 'other');
    return localShell.exec(request);
  },
};
const openAt = (place?: string) =>
  shellMachine({ node, owner: ownerNamed('mine'), folder, connect: { type: 'local' }, place: () => place }, shell, { node, folder });
const run = (place: string | undefined, script: string) => openAt(place).run({ argv: ['sh', '-c', script], timeoutMs: 10_000 });

beforeEach(() => {
  folder = join(mkdtempSync(join(above, 'node-')), 'folder');
  ran = [];
});

test('the first program takes the folder, and each later one runs once, in its quick form', async () => {
  expect(await run(undefined, 'pwd')).toMatchObject({ code: 0, stdout: `${folder}\n` });
  expect(ran).toEqual(['quick', 'other']);
  const { place } = await openAt().probe();
  const key = place === undefined ? expect.fail('the probe saw no place') : placeKey(place);
  for (const accepted of [undefined, key, key.replace(/\/[^ ]*/, '/-'), key.replace(/ .*/, ' another-boot another-host /elsewhere')]) {
    ran = [];
    expect(await run(accepted, 'pwd')).toMatchObject({ code: 0, stdout: `${folder}\n` });
    expect(ran).toEqual(['quick']);
  }
});

test('a program runs at the accepted place also when another program has removed the folder there', async () => {
  await run(undefined, 'true');
  const { place } = await openAt().probe();
  const key = place === undefined ? expect.fail('the probe saw no place') : placeKey(place);
  rmSync(folder, { recursive: true });
  expect(await run(key, 'pwd')).toMatchObject({ code: 0, stdout: `${folder}\n` });
  rmSync(folder, { recursive: true });
  for (const part of [place?.bootId, place?.host, place?.path])
    await expect(run(key.replace(` ${part}`, ' another'), 'echo harm >harm')).rejects.toMatchObject({ code: 'node.other-machine' });
  expect(() => readFileSync(join(folder, 'harm'))).toThrow('ENOENT');
});

test('a program that must not act says why in its other form', async () => {
  await run(undefined, 'true');
  await expect(run('another/- boot host /elsewhere', 'echo harm >harm')).rejects.toMatchObject({ code: 'node.other-machine' });
  writeFileSync(join(folder, 'owner'), 'theirs\ntheir lab\n');
  await expect(run(undefined, 'echo harm >harm')).rejects.toMatchObject({ code: 'node.foreign-owner' });
  expect(ran.slice(2)).toEqual(['quick', 'other', 'quick', 'other']);
  expect(() => readFileSync(join(folder, 'harm'))).toThrow('ENOENT');
});

test("a user's program with the same exit status runs once", async () => {
  await run(undefined, 'true');
  ran = [];
  const says = await run(undefined, `echo once >>count; echo "${notEnteredNote}, says the program" >&2; exit ${exitStatus.notEntered}`);
  expect(says).toMatchObject({ code: exitStatus.notEntered });
  expect(ran).toEqual(['quick']);
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('once\n');
});

test('a request with input reaches the program whole when the folder is new', async () => {
  mkdirSync(join(folder, '..'), { recursive: true });
  const stdin = Buffer.alloc(300_000, 'x');
  const seen = await openAt().run({ argv: ['wc', '-c'], stdin, timeoutMs: 10_000 });
  expect({ ran, said: Number(seen.stdout) }).toEqual({ ran: ['quick', 'other'], said: stdin.length });
});

test('each program that enters the folder has a quick form, which is shorter', () => {
  expect(quickPrograms.size).toBeGreaterThan(15);
  for (const [whole, quick] of quickPrograms) expect(whole.length - quick.length).toBeGreaterThan(1_500);
  expect(
    Object.values(programs)
      .filter((text) => text.includes('take_folder "$2"'))
      .toSorted(),
  ).toEqual([...quickPrograms.keys()].toSorted());
});
