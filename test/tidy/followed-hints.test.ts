/**
 * A test follows each hint to the letter that is about a machine, a login, a configuration, a tree, a text or a runtime. The hints are found in the sources, so a
 * hint that is neither in a table of `followed/` nor listed with a reason fails here.
 */
import { expect, test } from 'vitest';
import { hintsIn } from '../support/hints-in.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';
import { followsHint, testsIn } from '../support/tests-in.ts';
import { clusterHints } from './followed/cluster.ts';
import { elsewhere } from './followed/elsewhere.ts';
import type { Followed } from './followed/follower.ts';
import { sshHints } from './followed/ssh.ts';
import { textHints } from './followed/text.ts';
import { transportHints } from './followed/transport.ts';

const followed: Followed = { ...sshHints, ...transportHints, ...clusterHints, ...textHints };

/** Hints that no test follows, and why. */
const notFollowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/config/load-cluster.ts': { invalid: 'it lists the faults of a file, whose own fixes test/config/fixes.test.ts follows' },
  'src/practice/practice-node.ts': { 'ownNameFor config.invalid': 'only a user that the password database lacks can get it' },
  'src/practice/practice-user.ts': { 'runAccountProgram server.not-found': 'the programs lie in a folder of the system, which no test changes' },
  'src/practice/practice-sshd.ts': { 'practiceSshdCommand server.not-found': 'sshd lies in a folder of the system, which no test changes' },
  'src/transport/ssh/tunnel/tunnel-failure.ts': { 'tunnelExposed transport.command': 'the fix is in the words of the node' },
};

/** The steps of `explain` stand beside the hint of the failure itself, and have no row. */
const hasHints = (path: string): boolean => /^(src|activities|workers|workflows)\/.*\.ts$/.test(path) && !path.startsWith('src/service/explain/');
const namesOf = (path: string): readonly string[] => [
  ...Object.keys(followed[path] ?? {}),
  ...Object.keys(notFollowed[path] ?? {}),
  ...(elsewhere[path]?.slice(1) ?? []),
];

test('each hint of the sources has a row or a reason, and each row and each reason has a hint', () => {
  const sources = repositoryFiles().filter(hasHints);
  const found = sources.flatMap((path) => hintsIn(readRepositoryFile(path)).map((name) => `${path}: ${name}`));
  expect(found.length).toBeGreaterThan(200);
  const listed = [...new Set([...Object.keys(followed), ...Object.keys(notFollowed), ...Object.keys(elsewhere)])].flatMap((path) =>
    namesOf(path).map((name) => `${path}: ${name}`),
  );
  expect(listed.toSorted()).toEqual(found.toSorted());
});

test.each(Object.values(followed).flatMap((rows) => Object.values(rows)))('%s has a test or a row "%s" that follows a hint', (file, name) => {
  const named = testsIn(readRepositoryFile(file)).filter((one) => one.name === name || one.rows.has(name));
  expect(named.map((one) => [one.name, followsHint(one)])).toEqual([[expect.any(String), true]]);
});

test('a hint is found by the names around it', () => {
  const source = `
    const verdicts = { busy: ['a', { say: 'again' }] };
    function refuse(run: string) { throw new RingmasterError('a.b', { hint: { say: 'this', run } }); }
    const other = { hint: { run: 'x' }, more: { run: 'x', walk: 'y' }, both: [{ say: 'a' }, { say: 'b' }] };`;
  expect(hintsIn(source)).toEqual(['verdicts busy', 'refuse a.b', 'other', 'other both', 'other both 2']);
});

test('a test follows a hint only when its own body, or a helper that it uses, reads the hint and executes two steps', () => {
  const source = `
    import { openMachine } from '../src/open.ts';
    const mended = async (run: () => Promise<void>) => { const { hint } = await failureOf(run()); await run(); };
    const unused = { hint: 1 };
    const rows = [{ name: 'a row' }];
    test('the body', async () => { const failure = await failureOf(use()); await mend(failure.hint); await use(); });
    test('a helper', () => mended(() => openMachine().use()));
    test.each(rows)('$name works', async ({ name }) => mended(() => openMachine(name).use()));
    test('a hint that another test reads', async () => { await use(); await use(); });
    test('the words alone', () => { expect('hint').toBe('a fix works'); const hint = 1; });
    test('nothing', () => undefined);`;
  expect(testsIn(source).map((one) => [one.name, followsHint(one), one.rows.has('a row')])).toEqual([
    ['the body', true, false],
    ['a helper', true, false],
    ['$name works', true, true],
    ['a hint that another test reads', false, false],
    ['the words alone', false, false],
    ['nothing', false, false],
  ]);
});
