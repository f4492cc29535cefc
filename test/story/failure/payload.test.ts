/**
 * Each fault of a payload has a failure code. test/transport and test/unit test how a fault is noticed. Here the whole product must show the code.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { isAlive, jobProcesses } from '../../support/processes.ts';
import { accepted, closedItem, expectFailed, nodes, running, live, shell, useCluster, toy } from './harness.ts';
import { sha256 } from '../../support/sha256.ts';
import { processStat } from '../../../src/process/proc.ts';

useCluster();

describe('a payload that', () => {
  const withManifest = (manifest: string): string => `printf x >output/games.ndjson; printf '%s' '${manifest}' >output/manifest.json`;
  const file = (more: object): string =>
    withManifest(JSON.stringify({ v: 1, files: [{ path: 'games.ndjson', bytes: 1, sha256: sha256('x'), ...more }], result: {} }));
  const slow = { TOY_MS: '60000' };
  const cases: readonly {
    readonly what: string;
    readonly code: FailureCode;
    readonly item: (id: string) => object;
    readonly says: RegExp;
    readonly state?: string;
    readonly fields?: object;
  }[] = [
    {
      what: 'ends with exit code 1',
      code: 'job.exit-code',
      item: (id) => toy(id, 'exit-1'),
      says: /exit code 1/,
      fields: { exitCode: 1, stderr: 'something broke' },
    },
    {
      what: 'prints garbage',
      code: 'job.bad-progress',
      item: (id) => toy(id, 'garbage', { env: { TOY_MODE: 'garbage', TOY_MS: '20000' } }),
      says: /step \d+ of many/,
    },
    {
      what: 'hangs in silence',
      code: 'job.hang',
      item: (id) => toy(id, 'hang', { limits: { runSecondsMax: 600, silentSecondsMax: 2 } }),
      says: /written nothing for \d+ s \(limit 2 s\)/,
    },
    {
      what: 'runs too long',
      code: 'job.timeout',
      item: (id) => toy(id, 'ok', { env: { ...slow, TOY_MODE: 'ok' }, limits: { runSecondsMax: 2, silentSecondsMax: 600 } }),
      says: /run for \d+ s \(limit 2 s\)/,
      state: 'timed-out',
    },
    { what: 'writes no output', code: 'job.no-output', item: (id) => toy(id, 'no-output'), says: /no manifest\.json/ },
    {
      what: 'leaves out an output that is wanted',
      code: 'job.no-output',
      item: (id) => shell(id, withManifest('{"v":1,"files":[],"result":{}}')),
      says: /does not list games\.ndjson/,
    },
    { what: 'writes half a manifest', code: 'job.bad-manifest', item: (id) => toy(id, 'bad-manifest'), says: /not JSON/ },
    { what: 'lists a file outside its output', code: 'job.bad-manifest', item: (id) => shell(id, file({ path: '../../x' })), says: /\.\.\/\.\.\/x/ },
    { what: 'lists another digest', code: 'job.corrupt-output', item: (id) => toy(id, 'corrupt'), says: /games\.ndjson has sha256/ },
    { what: 'lists another size', code: 'job.corrupt-output', item: (id) => shell(id, file({ bytes: 2 })), says: /1 bytes, its manifest says 2/ },
    {
      what: 'lists a file that is not there',
      code: 'job.corrupt-output',
      item: (id) => shell(id, `${file({})}; rm output/games.ndjson`),
      says: /not there/,
    },
    {
      what: 'does not pass verify',
      code: 'job.verify-failed',
      item: (id) => toy(id, 'ok', { verify: ['sh', '-c', 'echo these are no games >&2; exit 3'] }),
      says: /ended with 3: these are no games/,
    },
    {
      what: 'cannot be found',
      code: 'job.spawn-failed',
      item: (id) => toy(id, 'ok', { command: ['no-such-program', '1'] }),
      says: /no-such-program/,
    },
    { what: 'is not executable', code: 'job.spawn-failed', item: (id) => toy(id, 'ok', { command: ['{payload}/toy.mjs'] }), says: /toy\.mjs/ },
  ];

  // These tests run concurrently. No test may leave an accepted output, so each test must find the same outputs before and after its run.
  it.concurrent.each(cases.flatMap((one, index) => nodes.slice(0, 2).map((node) => ({ ...one, id: `failing.${node}.${index}`, node }))))(
    '$what: $code (node $node)',
    async ({ id, node, code, item, says, state, fields }) => {
      const before = accepted();
      await live.cluster.add({ ...item(id), labels: [`on-${node}`] });
      await expectFailed(id, code, { says, ...(state === undefined ? {} : { state }), ...(fields === undefined ? {} : { fields }) });
      expect(accepted(), 'no wrong data').toEqual(before);
    },
    180_000,
  );

  it.concurrent.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)(
    'is killed by %s: job.killed',
    async (signal) => {
      const before = accepted();
      const id = `killed.${signal.toLowerCase()}`;
      await live.cluster.add(toy(id, 'ok', { env: { TOY_MODE: 'ok', TOY_MS: '60000' } }));
      await running(id);
      for (const pid of jobProcesses(live.cluster.name, id)) process.kill(pid, signal);
      await expectFailed(id, 'job.killed', { says: /ended by signal \d+/ });
      expect(accepted(), 'no wrong data').toEqual(before);
    },
    180_000,
  );

  it.concurrent('is killed together with its supervisor: job.killed', async () => {
    const id = 'killed.both';
    await live.cluster.add(toy(id, 'ok', { env: { TOY_MODE: 'ok', TOY_MS: '60000' } }));
    await running(id);
    const own = jobProcesses(live.cluster.name, id);
    const parents = own.map((pid) => processStat(pid)?.parent ?? 0);
    for (const pid of [...parents, ...own]) if (pid > 1 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await expectFailed(id, 'job.killed', { says: /no exit status/ });
  }, 180_000);

  const manifest = `printf '{"v":1,"files":[],"result":{"ok":1}}' >"$RINGMASTER_OUTPUT/manifest.json"`;
  const result = (id: string, script: string) => shell(id, script, { outputs: [], payload: undefined });

  it.concurrent('goes on when its supervisor is killed has its result accepted', async () => {
    const id = 'orphan.1';
    await live.cluster.add(result(id, `sleep 6; ${manifest}`));
    await running(id);
    const [pid = 0] = jobProcesses(live.cluster.name, id);
    process.kill(processStat(pid)?.parent ?? expect.fail('no supervisor'), 'SIGKILL');
    const { item, jobs } = await closedItem(id);
    expect([item.state, item.attempts, jobs[0]?.state]).toEqual(['completed', 1, 'completed']);
  }, 180_000);

  it.concurrent('replaces all files in its folder is accepted, and its logs are read when its folder is gone', async () => {
    const id = 'tidy.1';
    const deed = 'rm -rf out err pid rc && mkdir out err pid rc && rm -rf "$RINGMASTER_INPUT"';
    await live.cluster.add(result(id, `echo '{"done":1,"of":1}'; echo 'last words' >&2; ${deed}; ${manifest}`));
    const { item, jobs } = await closedItem(id);
    expect([item.state, item.attempts]).toEqual(['completed', 1]);
    const folder = live.cluster.nodeFolder(jobs[0]?.node ?? '');
    for (const name of ['records', 'jobs']) rmSync(join(folder, name, id), { recursive: true, force: true });
    expect(await live.cluster.cli('job', 'logs', id)).toMatchObject({ code: 0, stdout: 'last words\n' });
    expect(await live.cluster.cli('job', 'logs', `${id}/1`, '--stream', 'stdout')).toMatchObject({ code: 0, stdout: '{"done":1,"of":1}\n' });
  }, 180_000);

  it.concurrent('ends with a traceback shows its last lines in status, explain and job show', async () => {
    const id = 'traceback.1';
    await live.cluster.add(result(id, `printf 'Traceback\\n  File "train.py", line 7\\nValueError: no model\\n' >&2; exit 1`));
    await expectFailed(id, 'job.exit-code', { fields: { exitCode: 1 } });
    for (const words of [
      ['explain', id],
      ['job', 'show', id],
    ])
      expect((await live.cluster.cli(...words)).stdout).toContain('ValueError: no model');
  }, 180_000);

  it('succeeds beside all these is accepted', async () => {
    await live.cluster.add(toy('well.1', 'ok'));
    const { item } = await closedItem('well.1');
    expect(item.state).toBe('completed');
    expect(accepted().filter((path) => path.includes('well.1'))).toHaveLength(1);
  }, 120_000);
});
