/** The examples of `ringmaster queue add --help` keep the contract of payloads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { parseItemSpecs } from '../../src/service/item/parse-item-spec.ts';
import { checkManifest } from '../../src/transport/job/parse-manifest.ts';
import { itemId } from '../support/item-spec.ts';
import { buildCli, CliHarness } from './cli-run.ts';

beforeAll(buildCli, 60_000);

test('the command of the first example ends well, prints no line that would count as progress, and writes a valid manifest', async () => {
  const harness = new CliHarness();
  onTestFinished(() => harness.remove());
  const { stdout } = await harness.run('queue', 'add', '--help');
  const example = /^ *ringmaster queue add \S+ -- (sh -c .*)$/m.exec(stdout)?.[1] ?? 'false';
  const output = mkdtempSync(join(tmpdir(), 'ringmaster-example-'));
  onTestFinished(() => rmSync(output, { recursive: true, force: true }));
  const run = spawnSync('sh', ['-c', example], { encoding: 'utf8', env: { ...process.env, RINGMASTER_OUTPUT: output } });
  expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({ status: 0, stdout: '', stderr: 'hi\n' });
  const manifest = readFileSync(join(output, 'manifest.json'), 'utf8');
  expect(checkManifest({ item: itemId('hello'), epoch: 1 }, 'a', manifest, new Map())).toEqual({ v: 1, files: [], result: {} });
  const json = /\{"id"[\s\S]*?\}\}/.exec(stdout)?.[0] ?? '';
  expect(parseItemSpecs(JSON.parse(json))).toMatchObject([{ id: 'eval.7', command: ['python3', 'eval.py'], labels: ['gpu'], attemptsMax: 2 }]);
});

test('an item with faults: the command of the fix shows an item that has none', async () => {
  const harness = new CliHarness();
  onTestFinished(() => harness.remove());
  let hint: Hint | undefined;
  try {
    parseItemSpecs({ id: 'a b' });
  } catch (error) {
    ({ hint } = error as RingmasterError);
  }
  expect(hint?.say).toBe('the example in the help');
  const { stdout } = await harness.run(...(hint?.run ?? '').split(' ').slice(1));
  expect(parseItemSpecs(JSON.parse(/\{"id"[\s\S]*?\}\}/.exec(stdout)?.[0] ?? ''))).toHaveLength(1);
});

test('an item with the id of a command daemon is refused by name', () => {
  expect(() => parseItemSpecs({ id: 'daemon.web', command: ['true'] })).toThrow(
    expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining('id must not begin with daemon.') as string }),
  );
});
