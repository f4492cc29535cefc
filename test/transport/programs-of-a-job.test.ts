/**
 * Tests how many programs a job runs on its node. Each program costs about a millisecond of processor time there, and a training set needs thousands of
 * jobs. Every program of the machine is called by a wrapper of the same name that writes the name down.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';

ownTemporaryFolder();
/** The start, a look that sees the end, and the manifest (docs/decisions/0005-few-steps-a-job.md). */
const programsMax = 27;
const cluster = `programs-${process.pid}`;
const root = mkdtempSync(join(tmpdir(), 'programs-'));
const log = join(root, 'log');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder: join(root, 'node'), connect: { type: 'local' } });

afterAll(async () => {
  await machine.stopAll(0);
  vi.unstubAllEnvs();
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

/** Returns a folder with a wrapper for every program on the path. A wrapper writes its name to the log and becomes the program. */
function wrappers(path: string): string {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const folders = path.split(delimiter).filter((folder) => existsSync(folder));
  for (const folder of folders.toReversed())
    for (const name of readdirSync(folder))
      writeFileSync(join(bin, name), `#!/bin/sh\necho '${name}' >>'${log}'\nexec '${join(folder, name)}' "$@"\n`, { mode: 0o755 });
  return bin;
}

const logged = (): readonly string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);

/** Returns the programs that a step ran. The guard of the logs looks at them again and again while the job runs, and only its first pause counts. */
async function programsOf(step: () => Promise<unknown>): Promise<readonly string[]> {
  const before = logged().length;
  await step();
  return logged()
    .slice(before)
    .filter((name) => name !== 'sleep' && name !== 'find');
}

test('a job runs at most 27 programs from its start to its manifest', { timeout: 60_000 }, async () => {
  vi.stubEnv('PATH', wrappers(process.env['PATH'] ?? ''));
  const gate = join(root, 'gate');
  const program = `echo up; while [ ! -e '${gate}' ]; do :; done; printf '{"v":1,"files":[],"result":{"ok":1}}' >"$RINGMASTER_OUTPUT/manifest.json"`;
  const play = async (item: string) => {
    const job: JobRef = { item: item as ItemId, epoch: 1 };
    rmSync(gate, { force: true });
    const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
    const start = await programsOf(() =>
      machine.start({ job, argv: ['sh', '-c', program], env: {}, seed: 1, requestJson: '{}', inputs: [], limits }),
    );
    const look = await programsOf(async () => {
      const waits = logged().filter((name) => name === 'head').length;
      const seen = machine.look([job], 30_000);
      await eventually('the look to wait', () => logged().filter((name) => name === 'head').length > waits);
      writeFileSync(gate, '');
      expect(await seen).toMatchObject([{ phase: 'ended', exitCode: 0, lastLine: 'up' }]);
    });
    const manifest = await programsOf(async () => expect(await machine.manifest(job)).toMatchObject({ result: { ok: 1 } }));
    return { start: [...start, 'sleep'], look, manifest };
  };
  // The first job of a node also makes the folders.
  await play('first.1');
  const { start, look, manifest } = await play('second.1');
  const all = [...start, ...look, ...manifest];
  expect(start).toContain('setsid');
  expect(look).toContain('timeout');
  expect(manifest).toContain('grep');
  expect(all.length, `start: ${start.join(' ')}; look: ${look.join(' ')}; manifest: ${manifest.join(' ')}`).toBeLessThanOrEqual(programsMax);
});
