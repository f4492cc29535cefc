/** The fix of a job that does not start, or whose outputs are refused, works when a person follows it to the letter. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { hasLabels } from '../../src/domain/node/merge.ts';
import { parseLook } from '../../src/transport/job/parse-look.ts';
import { jobLimits } from '../../src/transport/limits.ts';
import type { StartRequest } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { until } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { readRepositoryFile } from '../support/repository.ts';
import { sha256 } from '../support/sha256.ts';

const temporary = ownTemporaryFolder();
const cluster = `job-fix-${process.pid}`;
const folder = join(temporary, 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
});

let count = 0;
const newJob = (): JobRef => ({ item: `fix.${(count += 1)}` as ItemId, epoch: 1 });
const request = (changes: Partial<StartRequest> = {}): StartRequest => ({
  job: newJob(),
  argv: ['true'],
  env: {},
  seed: 1,
  requestJson: '{}',
  inputs: [],
  limits: { runSecondsMax: 100, silentSecondsMax: 100 },
  ...changes,
});
const start = (changes: Partial<StartRequest> = {}) => machine.start(request(changes));
const started = { adopted: false };
const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;

/** Runs a program of the shell as a job to its end. */
async function ended(script: string): Promise<JobRef> {
  const job = newJob();
  await start({ job, argv: ['sh', '-c', `cd "$RINGMASTER_OUTPUT" && { ${script}; }`] });
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  return job;
}

test('an input with a path for a name: a plain name and a sha256 in hex work', async () => {
  const text = join(temporary, 'input');
  writeFileSync(text, 'text');
  await machine.copy({ type: 'push-blob', from: text, sha256: sha256('text') });
  const failure = await refusal(start({ inputs: [{ name: '../input', sha256: sha256('text') }] }));
  expect(failure).toMatchObject({ code: 'config.invalid', hint: { say: 'a plain file name and a sha256 in hex' } });
  expect(await start({ inputs: [{ name: 'input', sha256: sha256('text') }] })).toMatchObject(started);
});

test('an input that is not on the node: sync.interrupted, and the start works when the input is sent again', async () => {
  const from = join(temporary, 'late input');
  writeFileSync(from, 'late');
  const changes = { job: newJob(), inputs: [{ name: 'input', sha256: sha256('late') }] };
  const failure = await refusal(start(changes));
  expect(failure).toMatchObject({ code: 'sync.interrupted', hint: { say: 'again: Ringmaster sends it again' } });
  await machine.copy({ type: 'push-blob', from, sha256: sha256('late') });
  expect(await start(changes)).toMatchObject(started);
});

test('a job that was started with another spec: job.other-spec, and the next try of the item works', async () => {
  const job = newJob();
  await start({ job });
  const failure = await refusal(start({ job, seed: 2 }));
  const run = `ringmaster explain ${job.item}`;
  expect(failure).toMatchObject({ code: 'job.other-spec', hint: { say: 'waiting for the next try of the item, which has a new epoch', run } });
  expect(await start({ job: { ...job, epoch: 2 }, seed: 2 })).toMatchObject(started);
});

test('a try that comes after a newer one: job.epoch-refused, and the newer try works', async () => {
  const job = newJob();
  await machine.stop({ ...job, epoch: 1 }, 0);
  await machine.stop({ ...job, epoch: 2 }, 0);
  const failure = await refusal(start({ job }));
  expect(failure).toMatchObject({
    code: 'job.epoch-refused',
    hint: { say: 'waiting for the newer try of the item', run: `ringmaster explain ${job.item}` },
  });
  expect(await start({ job: { ...job, epoch: 3 } })).toMatchObject(started);
});

const program = `program-of-${process.pid}`;
const says = (name: string): RegExp =>
  new RegExp(
    `^installing ${name} there, its full path in the \`(\\w+)\` of the stage, or \`(\\w+)\` of the stage that only nodes with ${name} have$`,
  );
/** Puts a program into a new folder. Returns the folder. */
const installed = (): string => {
  const bin = mkdtempSync(join(temporary, 'bin-'));
  writeFileSync(join(bin, program), '#!/bin/sh\n', { mode: 0o755 });
  return bin;
};

test('a program that the node lacks: job.spawn-failed, and each of the three fixes works', async () => {
  const failure = await refusal(start({ argv: [program] }));
  expect(failure.code).toBe('job.spawn-failed');
  const [, command, labels] = says(program).exec(failure.hint?.say ?? '') ?? [];
  const bin = installed();
  mkdirSync(join(temporary, 'payload'), { recursive: true });
  const stage = (named: string, more = ''): string => `{ ${command}: [${named}, x]${more} }`;
  const text = (train: string): string =>
    `cluster: lab\nstate: ${temporary}/state\nnodes: [{ id: a, local: true }, { id: b, ssh: { host: b }, ${labels}: [tool] }]\n` +
    `pipelines: [{ name: cf, payload: ${temporary}/payload, selfPlay: ${stage('sh')}, train: ${train}, evaluate: ${stage('sh')} }]\n`;
  const trainOf = (train: string) => {
    const { nodes, pipelines } = parseCluster(text(train), join(temporary, 'cluster.yaml'));
    const found = pipelines[0]?.train;
    if (found === undefined) throw new Error('the pipeline has no training');
    return { ...found, nodes: nodes.filter((node) => hasLabels(node, found)).map(({ id }) => id) };
  };
  expect(await start({ argv: [...trainOf(stage(join(bin, program))).command] })).toMatchObject(started);
  expect(trainOf(stage(program, `, ${labels}: [tool]`)).nodes).toEqual(['b']);
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  expect(await start({ argv: [program] })).toMatchObject(started);
});

test('a start that the node refuses: transport.command, and the fix of what the message quotes works', async () => {
  const at = join(temporary, 'other node');
  const other = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder: at, connect: { type: 'local' } });
  await other.run({ argv: ['touch', 'blobs'], timeoutMs: 20_000 });
  const failure = await refusal(other.start(request()));
  expect(failure).toMatchObject({
    code: 'transport.command',
    hint: { say: 'mending there what the message quotes', run: 'ringmaster node show here' },
  });
  const [, named = ''] = /[‘'](\w+)['’]: File exists/.exec(failure.because ?? '') ?? [];
  rmSync(join(at, named));
  expect(await other.start(request())).toMatchObject(started);
});

test.each([
  [
    'with a name that is none',
    { env: { 'A-B': 'x' } },
    /^a name of letters, digits and underscores that begins with no digit$/,
    { env: { A_B: 'x' } },
  ],
  ['with a NUL byte in a variable', { env: { A: 'x\0y' } }, /^a value without a NUL byte$/, { env: { A: 'xy' } }],
  ['without a program', { argv: [''] }, /^a command that begins with a program$/, { argv: ['true'] }],
  ['with a NUL byte in a word', { argv: ['true', 'x\0y'] }, /^a command without NUL bytes$/, { argv: ['true', 'xy'] }],
] as const)('a command %s is refused, and works when it is as the fix says', async (_, bad, fix, good) => {
  const run = (changes: object) => machine.run({ argv: ['true'], timeoutMs: 20_000, ...changes });
  for (const use of [run, start]) {
    const failure = await refusal(use(bad));
    expect(failure).toMatchObject({ code: 'config.invalid', hint: { say: expect.stringMatching(fix) } });
    await use(good);
  }
});

test('a report of a look that was cut off: the next look has the whole report', async () => {
  const job = await ended('true');
  const report = Buffer.from(`B boot 5.0\nJ jobs/${job.item}/1 ended 0 - 0 0\n=\nE\n`);
  const look = async (text: Buffer) => parseLook('here' as NodeId, [job], text, 0);
  const failure = await refusal(look(report.subarray(0, -2)));
  expect(failure).toMatchObject({ code: 'transport.command', hint: { say: 'again in a moment: the next look asks for the whole report' } });
  expect(await machine.look([job])).toMatchObject([{ phase: 'ended', exitCode: 0 }]);
});

/** The form of a manifest in docs/payload.md, for the file `games.ndjson` with this text. */
const documented = (text: string): string => {
  const [, form = ''] = /`(\{"v": 1, "files": .*?\})`/.exec(readRepositoryFile('docs/payload.md')) ?? [];
  return form
    .replace('1234', String(Buffer.byteLength(text)))
    .replace('<hex>', sha256(text))
    .replace('{…}', '{}');
};
const write = (name: string, text: string): string => `printf %s '${text}' >${name}`;
const last = `${write('games.ndjson', 'games')}; ${write('manifest.json.tmp', documented('games'))}; mv manifest.json.tmp manifest.json`;

test.each([
  ['no manifest', 'job.no-output', write('games.ndjson', 'games'), 'a program that writes manifest.json last, as docs/payload.md says'],
  ['a manifest of another form', 'job.bad-manifest', write('manifest.json', '{"files":[]}'), 'a manifest.json of the form in docs/payload.md'],
  [
    'a manifest that is written too early',
    'job.corrupt-output',
    `${write('manifest.json', documented('games'))}; ${write('games.ndjson', 'more games')}`,
    'a program that closes its outputs and only then writes manifest.json, as docs/payload.md says',
  ],
  [
    'so many files that their list is cut',
    'job.bad-manifest',
    `d=$(printf %0200d 0); d=$d/$d/$d/$d/$d/$d/$d/$d/$d/$d/$d/$d/$d/$d; mkdir -p "$d" && cd "$d" && seq ${Math.ceil(jobLimits.lookBytesMax / 5_600)} | xargs touch; cd "$RINGMASTER_OUTPUT"; ${last}`,
    'a program that leaves fewer files in its output folder',
  ],
])('outputs with %s: %s, and the fix works', { timeout: 60_000 }, async (_, code, script, say) => {
  const failure = await refusal(machine.manifest(await ended(script)));
  expect(failure).toMatchObject({ code, hint: { say } });
  expect((await machine.manifest(await ended(last))).files).toMatchObject([{ path: 'games.ndjson', bytes: 5 }]);
});

test('files that a manifest does not list end no try: a line end in a name, and what may not be read', { timeout: 60_000 }, async () => {
  const left = `mkdir 'a\nb'; printf x >'a\nb/c'; printf x >closed; mkdir shut; printf x >shut/x; chmod 000 closed shut`;
  const job = await ended(`${left}; ${last}`);
  expect((await machine.manifest(job)).files).toMatchObject([{ path: 'games.ndjson', bytes: 5 }]);
});

test('the log of a try that was never started: the failure names the command that says how the try went', async () => {
  const job = newJob();
  const failure = await refusal(machine.readLog(job, 'stderr', 100));
  expect(failure).toMatchObject({ code: 'transport.command', hint: { run: `ringmaster explain ${job.item}/${job.epoch}` } });
});
