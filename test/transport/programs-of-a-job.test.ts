/**
 * Tests how many programs a job runs on its node. Each program costs about a millisecond of processor time there, and a training set needs thousands of
 * jobs. Every program of the machine is called by a wrapper of the same name that writes the name down.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { sha256 } from '../support/sha256.ts';

const temporary = ownTemporaryFolder();
const cluster = `programs-${process.pid}`;
const root = mkdtempSync(join(tmpdir(), 'programs-'));
const log = join(root, 'log');
let machine: Machine;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Returns a folder with a wrapper for every program on the path. A wrapper writes its name to the log and becomes the program. */
function wrappers(path: string): string {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  const folders = path.split(delimiter).filter((folder) => existsSync(folder));
  for (const folder of folders.toReversed())
    for (const name of readdirSync(folder))
      writeFileSync(
        join(bin, name),
        `#!/bin/sh\necho ${name === 'find' ? '"find $1"' : `'${name}'`} >>'${log}'\nexec '${join(folder, name)}' "$@"\n`,
        { mode: 0o755 },
      );
  return bin;
}

/** Makes the folder of wrappers and the log, both for every user. */
function watchPrograms(): string {
  const bin = wrappers(process.env['PATH'] ?? '');
  chmodSync(root, 0o755);
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  return bin;
}

const logged = (): readonly string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);

/** Returns the programs that a step ran. The guard of the logs looks at them again and again while the job runs, and only its first pause counts. */
async function programsOf(step: () => Promise<unknown>): Promise<readonly string[]> {
  const before = logged().length;
  await step();
  return logged()
    .slice(before)
    .filter((name) => name !== 'sleep' && name !== 'find out');
}

const outputText = 'weights';
const weights = { path: outputText, bytes: outputText.length, sha256: sha256(outputText) };
const manifestText = (files: readonly unknown[]): string => JSON.stringify({ v: 1, files, result: { ok: 1 } });

interface Files {
  /** The text of an input from home. */
  readonly input?: string;
  readonly hasOutput: boolean;
}

/** Runs a job, and returns the programs that its node ran in each step. The shell of the job is named by its path, so that it does not count. */
async function play(name: string, { input, hasOutput }: Files): Promise<Readonly<Record<string, readonly string[]>>> {
  const job: JobRef = { item: name as ItemId, epoch: 1 };
  const gate = join(root, 'gate');
  rmSync(gate, { force: true });
  const write = hasOutput ? `printf ${outputText} >"$RINGMASTER_OUTPUT/${weights.path}"; ` : '';
  const text = manifestText(hasOutput ? [weights] : []);
  const program = `echo up; while [ ! -e '${gate}' ]; do :; done; ${write}printf '${text}' >"$RINGMASTER_OUTPUT/manifest.json"`;
  const inputs = input === undefined ? [] : [{ name: 'model', sha256: sha256(input) }];
  const send = await programsOf(async () => {
    const from = join(root, `${name}.in`);
    writeFileSync(from, input ?? '');
    for (const { sha256: digest } of inputs) await machine.copy({ type: 'push-blob', from, sha256: digest });
  });
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  const start = await programsOf(() => machine.start({ job, argv: ['/bin/sh', '-c', program], env: {}, seed: 1, requestJson: '{}', inputs, limits }));
  const look = await programsOf(async () => {
    const waits = logged().filter((one) => one === 'head').length;
    const seen = machine.look([job], 30_000);
    await eventually('the look to wait', () => logged().filter((one) => one === 'head').length > waits);
    writeFileSync(gate, '');
    expect(await seen).toMatchObject([{ phase: 'ended', exitCode: 0, lastLine: 'up' }]);
  });
  const manifest = await programsOf(async () => expect(await machine.manifest(job)).toMatchObject({ result: { ok: 1 } }));
  const fetch = await programsOf(async () => {
    if (!hasOutput) return;
    const to = join(root, `${name}.out`);
    await machine.copy({ type: 'pull-output', job, ...weights, to });
    expect(readFileSync(to, 'utf8')).toBe(outputText);
  });
  // Home computes the checksum of the file with these two.
  const atHome = ['xargs', 'sha256sum'];
  return { send, start: [...start, 'sleep'], look, manifest, fetch: fetch.filter((one) => !atHome.includes(one)) };
}

interface Place {
  readonly machine: Machine;
  /** The folder of the node. */
  readonly folder: string;
  /** Ends what runs on the node, and expects that nothing is left. */
  readonly end: () => Promise<void>;
}

function localNode(): Place {
  vi.stubEnv('PATH', watchPrograms());
  const folder = join(root, 'node');
  const local = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
  const end = async (): Promise<void> => {
    await local.stopAll(0);
    vi.unstubAllEnvs();
    expect(await leaksOf(cluster)).toEqual([]);
  };
  return { machine: local, folder, end };
}

async function sshNode(): Promise<Place> {
  const host = await PracticeHost.start('p', temporary, { path: watchPrograms() });
  return { machine: host.machine(), folder: host.node.folder, end: async () => expect(await host.remove()).toEqual([]) };
}

describe.each([
  ['on this machine', localNode],
  ['behind sshd', sshNode],
])('on a node %s with its folders', { timeout: 60_000 }, (_where, start) => {
  let place: Place | undefined;
  beforeAll(async () => {
    place = await start();
    ({ machine } = place);
    await play('first.1', { input: 'the model', hasOutput: true });
    await machine.forget([{ item: 'first.1' as ItemId, epoch: 1 }]);
    // The last removal of old inputs was a while ago, as it usually is.
    const beforeMs = Date.now() - 60_000;
    utimesSync(join(place.folder, 'fences/.pruned'), beforeMs / 1_000, beforeMs / 1_000);
  }, 60_000);
  afterAll(() => place?.end());

  test.each([
    ['without files', 21, { hasOutput: false }],
    ['with an input that the node has and an output for home', 27, { input: 'the model', hasOutput: true }],
    ['with an input that is sent and an output for home', 31, { input: 'another model', hasOutput: true }],
  ])('a job %s runs at most %i programs', async (name, max, files) => {
    const steps = await play(`job.${max}`, files);
    expect(steps['start']).toContain('setsid');
    expect(steps['look']).toContain('timeout');
    expect(steps['manifest']).toContain('grep');
    const shown = Object.entries(steps).map(([step, names]) => `${step}: ${names.join(' ')}`);
    expect(Object.values(steps).flat().length, `${name}\n${shown.join('\n')}`).toBeLessThanOrEqual(max);
  });

  test('the removal of 20 jobs runs at most 4 programs for each, and 6 more', async () => {
    const jobs = Array.from({ length: 20 }, (_, k): JobRef => ({ item: `closed.${k}` as ItemId, epoch: 1 }));
    const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
    for (const job of jobs) await machine.start({ job, argv: ['true'], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
    await eventually('the end of all', async () => (await machine.look(jobs)).every(({ phase }) => phase === 'ended'));
    const names = await programsOf(() => machine.forget(jobs));
    expect(names.filter((one) => one === 'flock')).toHaveLength(jobs.length);
    expect(names.length, names.join(' ')).toBeLessThanOrEqual(4 * jobs.length + 6);
  });
});
