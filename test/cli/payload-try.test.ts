/** Tries payloads on this machine: the whole example of docs/payload.md, and one payload for each kind of fault. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gamesFault, progressFault } from '../../workers/payload-try/answer-faults.ts';
import { repository } from '../support/repository.ts';
import { CliHarness } from './cli-run.ts';

const harness = new CliHarness();
const document = readFileSync(join(repository, 'docs/payload.md'), 'utf8');
/** Returns the only code block of this language in the document. */
const block = (language: string): string => /```(\w+)\n([\s\S]*?)```/.exec(document.slice(document.indexOf(`\`\`\`${language}\n`)))?.[2] ?? '';
const write = (program: string, command = 'python3'): void => {
  mkdirSync(join(harness.folder, 'payload'), { recursive: true });
  writeFileSync(join(harness.folder, 'payload', 'nim.py'), program);
  writeFileSync(join(harness.folder, 'cluster.yaml'), block('yaml').replaceAll('python3', command));
};
const foldersLeft = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ringmaster-try-'));
const before = foldersLeft();

beforeAll(() => write(block('python')));
afterAll(() => harness.remove());

test('the example of docs/payload.md has no fault, and nothing is left behind', async () => {
  const { code, stdout, stderr } = await harness.run('payload', 'try', 'nim');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const stage of ['self-play', 'train', 'evaluate'].flatMap((name) => [name, `${name} with the trained model`]))
    expect(stdout).toContain(`ok    ${stage}: determinism`);
  expect(stdout).toMatch(/\nNo fault found\.\n$/);
  expect(foldersLeft().filter((name) => !before.includes(name))).toEqual([]);
}, 60_000);

test.each([
  ['a program that is random', 'random.Random(f"{SEED}.{k}")', 'random.Random()', /^fault self-play: determinism: games\.ndjson differs/m],
  ['text on stdout', '    lines = []', '    lines = []\n    print("hello")', /^fault self-play: progress: 1 of 5 lines on stdout are not progress/m],
  [
    'games that are numbered from 0',
    "{request['prefix']}.{k}",
    "{request['prefix']}.{k - 3}",
    /^fault self-play: ids: line 1: game nim\.1\.0 is none of those asked for/m,
  ],
  [
    'a traceback',
    '    model = json.loads(read("model") or "null")',
    '    raise ValueError("no such table")',
    /^fault self-play: runs: Cannot finish[\s\S]*ValueError: no such table/m,
  ],
  ['no model', 'finish({"model": json', 'finish({"weights": json', /^fault train: runs: .*does not list model/m],
])(
  '%s is found, exit 1',
  async (_, from, to, expected) => {
    expect(block('python')).toContain(from);
    write(block('python').replace(from, to));
    const { code, stdout } = await harness.run('payload', 'try', 'nim', 'train');
    expect(stdout).toMatch(expected);
    expect(code).toBe(1);
  },
  60_000,
);

const gate = (settings: string): void => {
  const file = join(harness.folder, 'cluster.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('gate: { pairsMax: 100 }');
  writeFileSync(file, text.replace('gate: { pairsMax: 100 }', `gate: { ${settings} }`));
};

test.each([
  ['pairsMax: 1500', [0, 1, 1499]],
  ['pairsMax: 100, openings: 7000', [0, 1, 6999]],
  ['pairsMax: 1, pairsPerItem: 1, openings: 1', [0]],
])(
  'with the gate %s, an evaluation is asked for the first, the second and the last opening',
  async (settings, openings) => {
    write(block('python').replace('    pairs = []', '    pairs = []\n    raise ValueError(json.dumps(request["pairs"]))'));
    gate(settings);
    const { code, stdout } = await harness.run('payload', 'try', 'nim', 'evaluate');
    const asked: unknown = JSON.parse(/ValueError: (.*)/.exec(stdout)?.[1] ?? '[]');
    expect(asked).toEqual(openings.map((opening, at) => ({ index: 5 + at, opening })));
    expect(code).toBe(1);
  },
  60_000,
);

test.each([
  [
    'a payload with fewer openings than the gate',
    '8 + asked["opening"] % 1000',
    'range(1, 1000)[asked["opening"]]',
    /^fault evaluate: runs: [\s\S]*IndexError: range object index out of range/m,
  ],
  [
    'an opening that is the index of the pair',
    '"opening": asked["opening"]',
    '"opening": asked["index"]',
    /^fault evaluate: runs: .*pair 5 was played from opening 5 and not from 0/m,
  ],
])(
  '%s is found in the evaluation, exit 1',
  async (_, from, to, expected) => {
    expect(block('python')).toContain(from);
    write(block('python').replace(from, to));
    const { code, stdout } = await harness.run('payload', 'try', 'nim', 'evaluate');
    expect(stdout).toMatch(expected);
    expect(code).toBe(1);
  },
  60_000,
);

test('a program gets the secrets that its stage names, and a secret without a value is named', async () => {
  write(block('python').replace('    lines = []', '    assert os.environ["KEY"] == "s3"\n    lines = []'));
  const [file, secret] = [join(harness.folder, 'cluster.yaml'), join(harness.folder, 'key')];
  writeFileSync(file, readFileSync(file, 'utf8').replace('self-play] }', `self-play], env: { KEY: { fromFile: ${secret} } } }`));
  writeFileSync(secret, 's3\n', { mode: 0o600 });
  expect(await harness.run('payload', 'try', 'nim', 'selfPlay')).toMatchObject({ code: 0, stderr: '' });
  writeFileSync(secret, '');
  expect(await harness.run('payload', 'try', 'nim', 'selfPlay')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`read the secret fromFile: ${secret}`) as string,
  });
}, 60_000);

test.each([
  ['exploration: 0.1', undefined],
  ['feedback: { intensity: { min: 0.5, max: 2 } }', 1],
  ['feedback: { intensity: { min: 1.5, max: 2 } }', 1.5],
])(
  'with %s, a training is asked for the intensity of a first turn: %s',
  async (settings, intensity) => {
    const begin = '    model = json.loads(read("model") or "{}")';
    expect(block('python')).toContain(begin);
    write(block('python').replace(begin, '    raise ValueError(json.dumps([request.get("intensity")]))'));
    const file = join(harness.folder, 'cluster.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('    games: ');
    writeFileSync(file, text.replace('    games: ', `    ${settings}\n    games: `));
    const { stdout } = await harness.run('payload', 'try', 'nim', 'train');
    expect(stdout).toContain(`ValueError: [${intensity ?? 'null'}]`);
  },
  60_000,
);

test('a program that does not exist, a stage and a pipeline without a name', async () => {
  write(block('python'), 'python-0');
  expect(await harness.run('payload', 'try', 'nim')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('python-0 cannot be run') as string,
  });
  expect((await harness.run('payload', 'try', 'nim', 'dance')).code).toBe(2);
  expect((await harness.run('payload', 'try', 'chess')).code).toBe(2);
}, 60_000);

test('progress and games that a cluster would refuse', () => {
  expect(progressFault('{"done": 1, "of": 2}\n')).toBeUndefined();
  expect(progressFault('hi\n')).toContain('"hi"');
  const game = (k: number): string => `{"id": "a.${k}", "result": 1}\n`;
  expect(gamesFault(game(3) + game(4), { prefix: 'a', firstGame: 3, games: 2 })).toBeUndefined();
  expect(gamesFault(game(3), { prefix: 'a', firstGame: 3, games: 2 })).toBe('game a.4 was asked for and is not there');
  expect(gamesFault(game(3) + game(3), { prefix: 'a', firstGame: 3, games: 1 })).toBe('a game is there twice');
});
