/** Tests that text which was cut or left out counts as "not seen", and never as bad: lines of stdout, a manifest, and the list of output files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { parseLook } from '../../src/transport/job/parse-look.ts';
import { parseManifestAnswer } from '../../src/transport/job/parse-manifest.ts';
import { jobLimits } from '../../src/transport/limits.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { until } from '../support/eventually.ts';

ownTemporaryFolder();
const cluster = `cut-lines-${process.pid}`;
const folder = join(mkdtempSync(join(tmpdir(), 'cut-lines-')), 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
let count = 0;
const newJob = (): JobRef => ({ item: `cut.${(count += 1)}` as ItemId, epoch: 1 });
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const start = (job: JobRef, script: string) =>
  machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

test('a line that is longer than a look is seen in no part, at any speed of the looks', { timeout: 60_000 }, async () => {
  const job = newJob();
  const long = `head -c ${jobLimits.textBytesMax * 2} /dev/zero | tr '\\0' x`;
  await start(
    job,
    `echo one; ${long}; while [ ! -e go ]; do sleep 0.1; done; echo; echo two; printf three; while [ ! -e on ]; do sleep 0.1; done; echo four; exec sleep 300`,
  );
  const lines: string[] = [];
  let readTo = 0;
  const look = async () => {
    const [seen] = await machine.look([{ ...job, readTo }]);
    if (seen === undefined) expect.fail('the look says nothing about the job');
    expect(seen.readTo).toBeGreaterThanOrEqual(readTo);
    readTo = seen.readTo;
    lines.push(...seen.parts.flat());
    return seen;
  };
  const goOn = (name: string) => machine.run({ argv: ['touch', join(folder, 'jobs', job.item, '1', name)], timeoutMs: 20_000 });
  await until(look, ({ stdoutBytes }) => stdoutBytes === 4 + jobLimits.textBytesMax * 2);
  await look();
  await look();
  expect(lines).toEqual(['one']);
  await goOn('go');
  await until(look, ({ stdoutBytes }) => stdoutBytes === 4 + jobLimits.textBytesMax * 2 + 10);
  await look();
  expect(lines).toEqual(['one', 'two']);
  await goOn('on');
  await until(look, ({ lastLine }) => lastLine === 'threefour');
  expect(lines).toEqual(['one', 'two', 'threefour']);
  await machine.stop(job, 0);
});

describe('the text of a look', () => {
  const job = { item: 'a' as ItemId, epoch: 1 };
  const seen = (readTo: number, position: number, text: string) =>
    parseLook('n' as NodeId, [{ ...job, readTo }], Buffer.from(`B boot 5.0\nJ jobs/a/1 running - - 999 ${position}\n${text}=\nE\n`), 0)[0];

  test('begins a line at 0 and after an end of a line, and else in the middle of one', () => {
    expect(seen(0, 0, ' x\n y\n.\n')).toMatchObject({ parts: [['x', 'y']], readTo: 4 });
    expect(seen(4, 3, ' \n z\n.\n')).toMatchObject({ parts: [['z']], readTo: 6 });
    expect(seen(4, 3, ' rest\n z\n.\n')).toMatchObject({ parts: [['z']], readTo: 10 });
    expect(seen(4, 3, ' rest.\n')).toMatchObject({ parts: [], readTo: 4 });
  });

  test('that lost what stood before it begins a new count of bad lines', () => {
    expect(seen(4, 100, ' rest\n z\n.\n')).toMatchObject({ parts: [[], ['z']], readTo: 107 });
    expect(seen(0, 0, ' long.\n> 50\n tail\n z\n.\n')).toMatchObject({ parts: [[], ['z']] });
  });
});

test('a manifest that was cut is too large, and a list of files that was cut says nothing about the files', async () => {
  const job = newJob();
  const long = `{"v":1,"files":[],"result":{"text":"${'x'.repeat(jobLimits.manifestBytesMax)}"}}`.slice(0, jobLimits.manifestBytesMax + 1);
  expect(() => parseManifestAnswer(job, 'n', `${long}\0\0`)).toThrow(/its manifest.json is larger than 4194304 bytes/);
  await start(job, `head -c ${jobLimits.manifestBytesMax + 10} /dev/zero | tr '\\0' x >output/manifest.json`);
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  await expect(machine.manifest(job)).rejects.toThrow(/is larger than 4194304 bytes/);
});
