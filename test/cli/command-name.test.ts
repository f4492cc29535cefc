/** The demo spells the command as a person can type it in the shell that runs the demo. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commandName } from '../../src/cli/context/command-name.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringmaster-path-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newProgram(name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'ringmaster'), '#!/bin/sh\n');
  chmodSync(join(place, 'ringmaster'), 0o755);
  return place;
}
const ours = newProgram('ours');
const other = newProgram('other');
const linked = join(folder, 'linked');
mkdirSync(linked);
symlinkSync(join(ours, 'ringmaster'), join(linked, 'ringmaster'));

test.each([
  ['is on PATH', `/usr/bin:${ours}`, 'ringmaster'],
  ['is on PATH by a link', linked, 'ringmaster'],
  ['is not on PATH', '/usr/bin', 'bin/ringmaster'],
  ['comes on PATH after another checkout', `${other}:${ours}`, 'bin/ringmaster'],
  ['has no PATH', undefined, 'bin/ringmaster'],
])('when this checkout %s', (_, path, expected) => {
  expect(commandName(join(ours, 'ringmaster'), path)).toBe(expected);
});
