/**
 * The fix of a refused command line works when a person follows it to the letter. Each verb runs in this process. The cluster of these tests has a cluster
 * file, a state folder and an HTTP server, and does not run.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hintText, type Hint } from '../../src/domain/failure/hint.ts';
import { requireRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { freePort } from '../support/free-ports.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { refusedWithoutRoot, isRoot } from '../support/root.ts';
import { repository } from '../support/repository.ts';
import { verbHere } from '../support/verb-here.ts';
import { CliHarness, listenFixture } from './cli-run.ts';
import { fixtureRunning } from './fixture-cluster.ts';

const nobody = 65_534;
const harness = new CliHarness();
const at = (name: string): string => join(harness.folder, name);
const file = at('lab.yaml');
const state = at('lab');
const good = `cluster: lab\nstate: ${state}\nnodes:\n  - { id: here, local: true, slots: 2 }\n`;
const before = process.env['XDG_STATE_HOME'];
let server: Awaited<ReturnType<typeof listenFixture>>;
let httpPort: number;
beforeAll(async () => {
  process.env['XDG_STATE_HOME'] = at('xdg');
  server = await listenFixture();
  httpPort = await freePort();
});
afterAll(async () => {
  process.chdir(repository);
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  await server.close();
  harness.remove();
});
beforeEach(() => {
  process.chdir(harness.folder);
  for (const name of ['cluster.yaml', 'lab', 'other.yaml', 'folder']) rmSync(at(name), { recursive: true, force: true });
  writeFileSync(file, good);
  harness.writeCluster(server.port, httpPort);
});

/** Records the cluster of the file as one that was started before. */
function wasStarted(): void {
  ensureIdentity(state, 'lab');
  const running = fixtureRunning(state, server.port, httpPort);
  writeRunningCluster({ ...running, config: parseCluster(good, file), source: file });
}
const here = (...words: readonly string[]): Promise<string> => verbHere(harness.state, ...words);
/** The hint of a refused verb. Its words are those that a person reads. */
async function hintOf(words: readonly string[], folder = harness.state): Promise<Hint> {
  const error = (await rejectionOf(verbHere(folder, ...words))) as { readonly hint?: Hint };
  if (error.hint === undefined) throw new Error('the failure has no hint', { cause: error });
  return error.hint;
}
const wordsOf = ({ run = '' }: Hint): readonly string[] => run.split(' ').slice(1);

test('a cluster file that is not there: the file of the fix is good', async () => {
  const hint = await hintOf(['check', 'nothing.yaml']);
  expect(hint.say).toBe('the path of a cluster file, such as examples/cluster.demo.yaml');
  process.chdir(repository);
  expect(await here('check', hint.say?.split(' ').at(-1) ?? '')).toContain('is good: cluster demo');
});

test('no cluster file at all: the command of the fix works with the path of a cluster file', async () => {
  const hint = await hintOf(['check'], at('nowhere'));
  expect(hintText(hint)).toBe('the path of a cluster file in place of FILE: ringmaster check FILE');
  expect(await here(...wordsOf(hint).map((word) => (word === 'FILE' ? file : word)))).toContain('is good: cluster lab');
});

test('two cluster files at once: each of the two alone works', async () => {
  copyFileSync(file, at('other.yaml'));
  const hint = await hintOf(['check', 'lab.yaml', '--file', 'other.yaml']);
  expect(hint.say).toBe('one of the two');
  for (const one of ['lab.yaml', 'other.yaml']) expect(await here('check', one)).toContain('is good: cluster lab');
});

test('--state beside a cluster file: the key of the fix sets the folder', async () => {
  const hint = await hintOf(['up', '--file', 'lab.yaml', '--state', at('elsewhere')]);
  const [, key = ''] = /^`(\w+)` in that file$/.exec(hint.say ?? '') ?? [];
  writeFileSync(file, good.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${at('elsewhere')}`));
  expect(await here('check', 'lab.yaml')).toContain(`state in ${at('elsewhere')}`);
});

test('a cluster file that is a folder, a pipe or too large: the file of each fix is good', async () => {
  mkdirSync(at('folder'));
  const ofFolder = await hintOf(['check', 'folder']);
  const [, inside = ''] = /^a file in it: (\S+)$/.exec(ofFolder.say ?? '') ?? [];
  copyFileSync(file, at(inside));
  expect(await here('check', inside)).toContain('is good');
  rmSync(at('folder'), { recursive: true });
  execFileSync('mkfifo', [at('folder')]);
  expect((await hintOf(['check', 'folder'])).say).toBe('its text in a file, and the path of that file');
  expect(await here('check', 'lab.yaml')).toContain('is good');
  writeFileSync(at('other.yaml'), `${good}#${'x'.repeat(9 * 1024 * 1024)}\n`);
  expect((await hintOf(['check', 'other.yaml'])).say).toBe('another file');
  expect(await here('check', 'lab.yaml')).toContain('is good');
});

refusedWithoutRoot('a cluster file that the user may not read');

test.runIf(isRoot)('a cluster file that the user may not read: the command of the fix works', async () => {
  chmodSync(harness.folder, 0o755);
  chmodSync(file, 0o000);
  process.seteuid?.(nobody);
  const hint = await hintOf(['check', file]).finally(() => process.seteuid?.(0));
  const [, command = ''] = /^`(.*)` as the owner of the file$/.exec(hint.say ?? '') ?? [];
  execFileSync('sh', ['-c', command]);
  expect(await here('check', file)).toContain('is good');
});

test('no cluster: a cluster that the file of the fix starts is found', async () => {
  const hint = await hintOf(['log-level'], state);
  expect(hint.say).toBe('ringmaster demo, or ringmaster up --file cluster.yaml');
  wasStarted();
  expect(await verbHere(state, 'log-level')).toContain('COMPONENT');
});

test('a copy of a state folder: the folder of the fix works', async () => {
  cpSync(harness.state, at('copy'), { recursive: true });
  const hint = await hintOf(['node', 'list'], at('copy'));
  const [, option = ''] = /^(--state \S+), or/.exec(hint.say ?? '') ?? [];
  expect(await verbHere(at('copy'), ...option.split(' '), 'node', 'list')).toContain('NODE');
  rmSync(at('copy'), { recursive: true });
});

test.each([
  { name: 'the completion of another shell', words: ['completion', 'fish'], hint: 'ringmaster completion bash', works: 'complete -o default' },
  { name: 'an item with a blank in its id', words: ['job', 'cancel', 'no item'], hint: 'ringmaster job list', works: 'cf.2.self-play.7' },
])('$name: the command of the fix works', async ({ words, hint: text, works }) => {
  const hint = await hintOf(words);
  expect(hintText(hint)).toBe(text);
  expect(await here(...wordsOf(hint))).toContain(works);
});

test.each([
  ['a name with a slip', 'gatewy'],
  ['a name that is far from each other one', 'xyz'],
])('the log level of %s: a name of the fix works', async (_name, wrong) => {
  const hint = await hintOf(['log-level', wrong, '--set', 'debug']);
  const listed = / that `ringmaster (.*)` lists$/.exec(hint.say ?? '')?.[1];
  const right = listed === undefined ? (hint.say ?? '') : /^(gateway)\b/m.exec(await here(...listed.split(' ')))?.[1];
  expect(await here('log-level', right ?? '', '--set', 'debug')).toMatch(/^gateway +debug/m);
  await here('log-level', 'gateway', '--set', 'default');
});

test('items that are no JSON: one object and a list of objects are read, and the faults that they have are named', async () => {
  writeFileSync(at('items'), 'id: a\n');
  const hint = await hintOf(['queue', 'add', '--file', 'items']);
  expect(hint.say).toBe('a file with one JSON object or a list of them');
  for (const text of ['{"id":"a"}', '[{"id":"a"}]']) {
    writeFileSync(at('items'), text);
    const next = await hintOf(['queue', 'add', '--file', 'items']);
    expect(hintText(next)).toBe('the example in the help: ringmaster queue add --help');
  }
});

test('a value that a cluster file cannot have: each fix of `config set` and `config unset` works', async () => {
  wasStarted();
  const change = (...words: string[]): Promise<string> => verbHere(state, 'config', ...words);
  const fixOf = async (...words: string[]): Promise<string> => (await hintOf(['config', ...words], state)).say ?? '';
  expect(await change('set', 'limits.lostAfter', '12m')).toContain('limits.lostAfter: "10m" is now "12m"');
  expect(readFileSync(file, 'utf8')).toContain('lostAfter: 12m');
  const entry = await fixOf('set', 'nodes.her.slots', '3');
  await change('set', `nodes.${entry}.slots`, '3');
  expect(readFileSync(file, 'utf8')).toContain('slots: 3');
  expect(await fixOf('set', 'limits.lostAfter', '')).toBe('`ringmaster config unset` to remove a key');
  await change('unset', 'limits.lostAfter');
  expect(readFileSync(file, 'utf8')).not.toContain('lostAfter');
  expect(await fixOf('unset', 'limits.lostAfter')).toBe('nothing: the key has its default');
  expect(await here('check', file)).toContain('is good');
  expect(await fixOf('set', 'state', at('elsewhere'))).toBe('a cluster file of its own');
  writeFileSync(at('other.yaml'), good.replace(state, at('elsewhere')));
  expect(await here('check', 'other.yaml')).toContain(`state in ${at('elsewhere')}`);
  expect(requireRunningCluster(state).source).toBe(file);
});
