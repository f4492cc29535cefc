import { describe, expect, test } from 'vitest';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { SetAsideFile } from '../../src/domain/game/set-aside.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { whyPending } from '../../src/service/explain/why-pending.ts';
import { whyWorkflow } from '../../src/service/explain/why-workflow.ts';
import { explain, explainId } from '../../src/service/explain/explain.ts';
import { hintText } from '../../src/domain/failure/hint.ts';
import { formatExplanation } from '../../src/service/explain/format-explanation.ts';
import { fixtureFacts, fixtureItem, fixtureStatus, killed } from './fixture-cluster.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { withStderr } from '../../src/domain/failure/stderr.ts';
import { decideRestart } from '../../src/process/restart-policy.ts';
import { failureOfEnd } from '../../src/domain/job/evidence.ts';
import type { JobView } from '../../src/domain/job/view.ts';
import { readRepositoryFile } from '../support/repository.ts';

const nowMs = 1_700_000_000_000;
const status = fixtureStatus(nowMs);
const about = (id: string, item?: Parameters<typeof fixtureItem>[1]) =>
  explain(id, { nowMs, status, ...(item === undefined ? {} : { item: { item: fixtureItem(nowMs, item), jobs: fixtureFacts(nowMs).jobs } }) });

describe('a pending item', () => {
  const spec = { slots: 1, labels: [] as string[], priority: 5 };
  const withNodes = (change: (node: ClusterStatus['nodes'][number]) => ClusterStatus['nodes'][number]): ClusterStatus => ({
    ...status,
    nodes: status.nodes.map(change),
  });

  test('waits for a slot, with the numbers', () => {
    const full = { ...status, openJobs: [...status.openJobs, ...status.openJobs.filter(({ node }) => node === 'c')] };
    expect(whyPending({ spec }, full, nowMs)).toEqual([
      'It waits for 1 free slot on an alive node with any label.',
      'a, c: no free slot of 2.',
      'b: not alive (suspect).',
      '3 items are pending in all; greater priority goes first (this one: 5).',
    ]);
  });
  test('beside a free slot names the rule of each node, in its own words', () => {
    const failedOn = [{ node: 'c' as NodeId, atMs: nowMs - 60_000, code: 'job.killed' as const }];
    const rest = { sinceMs: nowMs - 1, untilMs: nowMs + 30_000, rests: 1, code: 'job.disk-full' as const, because: 'x failed there' };
    const resting = { ...status, openJobs: [], nodes: [...status.nodes, { ...status.nodes[0], node: 'd' as NodeId, rest }] } as ClusterStatus;
    expect(whyPending({ spec, failedOn }, resting, nowMs).slice(0, 2)).toEqual([
      'It waits for the next claim of the dispatcher, which may give it to a.',
      'a: may take it now.',
    ]);
    const busy = { ...resting, openJobs: status.openJobs.filter(({ node }) => node === 'a') };
    expect(whyPending({ spec, failedOn }, busy, nowMs).slice(0, -1)).toEqual([
      'It waits: each node has a rule that keeps the item away now.',
      'a: no free slot of 2.',
      'b: not alive (suspect).',
      'c: avoided for 9m00s more, because the item failed there (job.killed) and another node could take it.',
      'd: rests because jobs failed there (job.disk-full); one item may try it in 30s.',
    ]);
  });
  test('waits because no node has the labels', () => {
    expect(whyPending({ spec: { ...spec, labels: ['tpu'] } }, status, nowMs)).toEqual([
      'It waits: no node of the 3 has 1 label tpu. It will wait until the cluster file has one.',
    ]);
    expect(whyPending({ spec: { ...spec, labels: ['tpu'], pipeline: 'cf', turn: 3 } }, status, nowMs).slice(1)).toEqual([
      'Turn 3 of cf ends when this lasts 10 minutes, and its pipeline pauses (pipeline.no-node).',
    ]);
  });
  test('waits because no node with the labels is alive', () => {
    expect(
      whyPending(
        { spec: { ...spec, labels: ['gpu'] } },
        withNodes((node) => ({ ...node, state: 'lost' })),
        nowMs,
      )[0],
    ).toBe('It waits: no node with 1 label gpu is alive (c lost).');
  });
  test('waits because no node has enough slots', () => {
    expect(whyPending({ spec: { ...spec, slots: 8 } }, status, nowMs)[0]).toBe(
      'It waits: it needs 8 slots on one node, and the largest alive with any label has 2.',
    );
  });
});

test('an item without tries left shows code, class, chain, tries and the next step', () => {
  const answer = about('cf.2.self-play.7', { state: 'dead', attempts: 3, outcome: { type: 'failed', failure: killed } });
  expect(answer).toMatchObject({
    kind: 'item',
    state: 'dead',
    failure: { code: 'job.killed', class: 'node-fault', retried: false, chain: ['exit code 137'] },
  });
  expect(answer?.why).toEqual(['It will not be tried again: its tries are spent (3 of 3 tries used).']);
  expect(answer?.failure?.next[0]?.run).toBe('ringmaster job logs cf.2.self-play.7/1');
  const text = formatExplanation(answer ?? expect.fail(), nowMs);
  expect(text).toContain('because exit code 137');
  expect(text).toContain('#1 on b at');
});

test('a completed item has no failure, also after failed tries', () => {
  expect(about('cf.2.self-play.7', { state: 'completed' })?.failure).toBeUndefined();
});

test('an item whose step Temporal retries shows the attempt', async () => {
  const answer = await explainId(
    'cf.2.self-play.7',
    {
      status: () => status,
      item: () => fixtureFacts(nowMs),
      workflow: (workflowId) =>
        Promise.resolve({
          workflowId,
          status: 'RUNNING',
          startedAtMs: nowMs,
          pending: [{ type: 'shipJob', attempt: 4, state: 'scheduled', lastFailure: 'transport.unreachable', nextAttemptAtMs: nowMs + 8000 }],
        }),
    },
    nowMs,
  );
  expect(answer?.why).toContain('Step shipJob is at attempt 4, next in 8s: transport.unreachable.');
});

test('without Temporal the explanation is shorter, not wrong', async () => {
  const answer = await explainId(
    'cf.2.self-play.7',
    { status: () => status, item: () => fixtureFacts(nowMs), workflow: () => Promise.reject(new Error('down')) },
    nowMs,
  );
  expect(answer?.state).toBe('running');
});

test.each([
  ['b', 'node', 'suspect'],
  ['node/b', undefined, undefined],
  ['connect-four', 'pipeline', 'self-play'],
  ['connect-four/2', 'turn', 'self-play'],
  ['connect-four/1', 'turn', 'champion'],
  ['games-connect-four@a/home', 'sync', 'completed'],
  ['connect-four.1', 'model', 'champion'],
  ['abababab', 'model', 'champion'],
  ['control', 'process', 'running'],
  ['sync.corrupt', 'failure-code', 'class data'],
  ['connect-four/3', undefined, undefined],
  ['nothing/at/all', undefined, undefined],
])('%s is a %s, %s', (id, kind, state) => {
  const answer = about(id);
  expect([answer?.kind, answer?.state]).toEqual([kind, state]);
});

test("explain also accepts Temporal's ids", async () => {
  const reads = { status: () => status, item: () => undefined };
  expect((await explainId('node/b', reads, nowMs))?.kind).toBe('node');
  expect((await explainId('sync/games-connect-four@a/home', reads, nowMs))?.kind).toBe('sync');
  expect((await explainId('job/cf.2.self-play.7/1', { ...reads, item: () => fixtureFacts(nowMs) }, nowMs))?.id).toBe('cf.2.self-play.7/1');
});

test('an epoch that was never given out is not found', () => {
  const facts = { nowMs, status, item: fixtureFacts(nowMs) };
  expect([explain('cf.2.self-play.7/2', facts)?.state, explain('cf.2.self-play.7/3', facts), explain('cf.2.self-play.7/x', facts)]).toEqual([
    'running',
    undefined,
    undefined,
  ]);
});

test('a node shows its evidence, its open jobs and its failed jobs', () => {
  const answer = explain('b', {
    nowMs,
    status: { ...status, nodes: status.nodes.map((one) => (one.node === ('b' as NodeId) ? { ...one, state: 'unreachable' } : one)) },
  });
  expect(answer?.why[0]).toMatch(/Unreachable is not failed.*\(looked at 6s ago\)/);
  expect(answer?.history).toEqual(['cf.2.self-play.7/1: job.killed']);
});

describe('games that were set aside', () => {
  const item = 'cf.2.self-play.7';
  const setAside: SetAsideFile = {
    item,
    turn: 2,
    name: `${item}.games.ndjson`,
    sha256: 'ab'.repeat(32),
    atMs: nowMs - 5_000,
    failure: {
      code: 'pipeline.bad-games',
      class: 'data',
      message: `Cannot take the games of ${item} from b because line 3 of games is damaged: the line is not JSON; try looking at the file`,
      fields: { item, node: 'b', file: 'games', line: 3, sha256: 'ab'.repeat(32) },
      chain: [],
    },
  };
  const withFiles = (...files: readonly SetAsideFile[]): ClusterStatus => ({
    ...status,
    pipelines: status.pipelines.map((one) => ({ ...one, setAside: files })),
  });

  test('are shown as the failure of their completed item, with the replacement', () => {
    const facts = { item: fixtureItem(nowMs, { state: 'completed' }), jobs: fixtureFacts(nowMs).jobs.filter((job) => job.failure === undefined) };
    const explained = explain(item, { nowMs, status, item: { ...facts, setAside: { ...setAside, replacedBy: `${item}r1` } } });
    expect(explained?.state).toBe('completed');
    expect(explained?.why).toContain(`The games of ${item} were set aside as damaged (replaced by ${item}r1).`);
    expect(explained?.failure).toMatchObject({ code: 'pipeline.bad-games', message: setAside.failure.message });
    expect(explained?.failure?.next.map((step) => hintText(step)).join('\n')).not.toMatch(/<\w+>/);
  });

  test('are shown for their pipeline and their turn only', () => {
    const told = (id: string) => explain(id, { nowMs, status: withFiles(setAside) })?.why.filter((line) => line.includes('set aside'));
    const line = `The games of ${item} were set aside as damaged (not replaced). ringmaster explain ${item}`;
    expect([told('connect-four'), told('connect-four/2'), told('connect-four/1')]).toEqual([[line], [line], []]);
  });
});

test('a claimed item whose workflow meets an obstacle: what it reports, and the step that is tried again', () => {
  const reported = {
    state: 'running',
    heading: 'command on c: cannot stop; trying again until the node is lost',
    rows: { item: 'x', failure: 'Cannot stop x/1 on c because a_b *is* full: `df`; try more' },
  };
  const workflow = {
    workflowId: 'job/x/1',
    status: 'RUNNING',
    startedAtMs: 0,
    pending: [{ type: 'stopJob', attempt: 3, state: 'scheduled' as const, lastFailure: 'no answer', nextAttemptAtMs: nowMs + 5_000 }],
    reported,
  };
  expect(whyWorkflow(workflow, nowMs)).toEqual([
    'Its workflow says "command on c: cannot stop; trying again until the node is lost": Cannot stop x/1 on c because a_b *is* full: `df`; try more.',
    'Step stopJob is at attempt 3, next in 5s: no answer.',
  ]);
  expect(
    whyWorkflow({ ...workflow, reported: { ...reported, heading: 'command on c: running', rows: { pid: '7' } }, pending: [] }, nowMs),
    'all is well',
  ).toEqual([]);
});

describe('the explanation of a failure', () => {
  const name = 'cf.2.self-play.7/1';
  const failure = withStderr(
    failureRecord('job.killed', {
      cannot: `finish ${name} on b`,
      because: 'its process was ended by signal 9',
      hint: { say: "its log, and the node's memory", run: `ringmaster job logs ${name}` },
      fields: { item: 'cf.2.self-play.7', epoch: 1, node: 'b' },
    }),
    'Failure of malloc\nout of memory',
  );
  const explained = about('cf.2.self-play.7', { state: 'dead', attempts: 3, outcome: { type: 'failed', failure } }) ?? expect.fail();

  test('has one list of next steps: its own hint, then the steps of the guide that do not repeat it', () => {
    expect(explained.failure?.next).toEqual([
      { say: "try its log, and the node's memory", run: `ringmaster job logs ${name}` },
      { say: 'on the node', run: 'dmesg | grep -i -e oom -e killed' },
      { run: 'ringmaster node show b' },
    ]);
    expect(explained.failure?.message).toBe(`Cannot finish ${name} on b because its process was ended by signal 9`);
    const text = formatExplanation(explained, nowMs);
    expect(text.split(`ringmaster job logs ${name}`).slice(1), 'no command stands there twice').toHaveLength(1);
  });

  test('shows the end of its stderr, also when the node is gone', () => {
    expect(explained.failure?.stderr).toBe('Failure of malloc\nout of memory');
    expect(formatExplanation(explained, nowMs)).toContain('\n\nLast lines of its stderr\n  Failure of malloc\n  out of memory\n');
  });

  test('names no log of a try that was never started', () => {
    const unstarted = { ...failure, code: 'secret.not-allowed' as const, fields: { ...failure.fields, unstarted: true } };
    const commands = (record: typeof failure) =>
      about('cf.2.self-play.7', { state: 'failed', epoch: 1, outcome: { type: 'failed', failure: record } })?.commands.join();
    expect(commands(failure)).toContain('ringmaster job logs');
    expect(commands(unstarted)).not.toContain('ringmaster job logs');
  });

  test('is styled by what a line is, never by its words', () => {
    const roles = formatExplanation(explained, nowMs, (text, role) => `<${role}>${text}`).split('\n');
    expect(roles).toContain('  <quote>Failure of malloc');
    expect(roles).toContain('<heading>Failure job.killed');
    expect(roles[1]).toBe('  <state>dead for 2s');
  });
});

test('what is said about a process that keeps ending is what the launcher does', () => {
  const failed = { ...status, processes: status.processes.map((one) => ({ ...one, state: 'failed' as const })) };
  expect(explain('control', { nowMs, status: failed })?.why).toEqual([
    'It ended early three times in a row. The launcher keeps trying, every 5 s at most.',
  ]);
  const ends = [0, 1, 2, 3, 4, 5, 6].map((endsBefore) => decideRestart(endsBefore, 0));
  expect(ends.findIndex((one) => one.state === 'failed')).toBe(2);
  expect(Math.max(...ends.map((one) => one.delayMs))).toBe(5_000);
});

test('docs/cli.md shows an explanation as `explain` prints it', () => {
  const shown = /```\n\$ ringmaster explain (\S+)\n([\s\S]*?)\n```/.exec(readRepositoryFile('docs/cli.md'));
  const [, id = '', text = ''] = shown ?? [];
  const [item = '', epoch] = id.split('/');
  const job = { item: item as ItemId, epoch: Number(epoch) };
  const failed = { ...fixtureFacts(nowMs).jobs.find((one) => one.failure !== undefined), ...job, endedAtMs: nowMs - 109_000 };
  const facts = {
    item: { ...fixtureItem(nowMs), epoch: 2, spec: { ...fixtureItem(nowMs).spec, id: job.item } },
    jobs: [{ ...failed, failure: failureOfEnd({ exitCode: 137 }, job, 'b' as NodeId) }] as readonly JobView[],
  };
  const printed = formatExplanation(explain(id, { nowMs, status, item: facts }) ?? expect.fail(), nowMs);
  expect(printed.slice(0, text.length)).toBe(text);
  expect(text).toContain('\nNext\n');
});
