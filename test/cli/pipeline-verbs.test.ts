/** Tests the verbs that steer a pipeline, on the real program, a real HTTP server and a real Temporal server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { BegunView } from '../../src/domain/pipeline/view.ts';
import type { PipelineWishReply, SteeringVerb } from '../../src/domain/pipeline/wish.ts';
import { fixtureStatus } from './fixture-cluster.ts';
import { answerOnce } from './temporal-here.ts';
import { withFixtureAndTemporal } from './with-fixture.ts';

/** The stage in which the fixture's pipeline is, for the next command. */
let stage: ClusterStatus['pipelines'][number]['stage'] = 'self-play';
let begun: BegunView | undefined;
const status = (): ClusterStatus => {
  const now = fixtureStatus(Date.now());
  return { ...now, pipelines: now.pipelines.map((one) => ({ ...one, stage, ...(begun && { begun }) })) };
};
const { harness, temporal } = withFixtureAndTemporal({ status });
const name = 'connect-four';
const by = expect.stringMatching(/^.+@.+$/) as string;

interface Case {
  readonly verb: SteeringVerb;
  readonly words: readonly string[];
  readonly asked: object;
  readonly reply: Partial<PipelineWishReply>;
  readonly said: string;
}
const wish = (over: object = {}): PipelineWishReply['wish'] => ({ wish: 'paused', by: 'kim@desk', reason: 'a look', sinceMs: Date.now(), ...over });
const soon = 'ago \\(a look\\)';

test.each<Case>([
  {
    verb: 'pause',
    words: ['--reason', 'a look'],
    asked: { reason: 'a look' },
    reply: { stage: 'train', wish: wish() },
    said: `^${name} will be paused\n  paused by kim@desk .* ${soon}: it waits for the end of turn 2 \\(train\\)\\.\n$`,
  },
  {
    verb: 'pause',
    words: ['--now', '--for', '1h'],
    asked: { reason: 'no reason given', now: true, forSeconds: 3_600 },
    reply: { stage: 'train', wish: wish({ now: true, untilMs: Date.now() + 3_600_000 }) },
    said: `^${name} will be paused\n  paused by kim@desk .* ${soon}: turn 2 \\(train\\) is being interrupted; it ends by itself in .*\\.\n$`,
  },
  { verb: 'pause', words: [], asked: {}, reply: { stage: 'idle', wish: wish({ heldAtMs: 1 }) }, said: `^${name} is paused\n$` },
  {
    verb: 'resume',
    words: ['--reason', 'mended'],
    asked: { reason: 'mended' },
    reply: { stage: 'paused', before: wish(), wish: wish({ wish: 'running' }) },
    said: `^${name} is resumed\n$`,
  },
  {
    verb: 'resume',
    words: [],
    asked: {},
    reply: { stage: 'failed', wish: wish({ wish: 'running' }) },
    said: `^${name} was not paused; a turn that failed runs again\n$`,
  },
  {
    verb: 'stop',
    words: ['--now'],
    asked: { now: true },
    reply: { stage: 'evaluate', wish: wish({ wish: 'stopped', now: true }) },
    said: `^${name} will be stopped; the turns that were asked for are forgotten\n  stopped by kim@desk .* ${soon}: turn 2 \\(evaluate\\) is being interrupted\\.\n$`,
  },
  {
    verb: 'stop',
    words: [],
    asked: {},
    reply: { stage: 'idle', wish: wish({ wish: 'stopped', heldAtMs: 1 }), received: false },
    said: `^${name} is stopped; .*\n  No workflow of ${name} runs now\\. The wish holds for the next one: ringmaster pipeline run ${name}\n$`,
  },
  {
    verb: 'skip',
    words: ['--now', '--reason', 'of no use'],
    asked: { now: true, reason: 'of no use' },
    reply: { stage: 'train', wish: wish({ wish: 'running' }) },
    said: `^turn 2 of ${name} is given up; the next turn begins if more turns are wanted\n$`,
  },
])(
  'pipeline $verb $words sends the wish with its author, and says when the wish takes effect',
  async ({ verb, words, asked, reply, said }) => {
    const answered = answerOnce(temporal().client, { result: { pipeline: name, verb, turn: 2, turnsLeft: 3, received: true, ...reply } });
    const { code, stdout } = await harness.run('pipeline', verb, name, ...words);
    const { type, input } = await answered;
    expect({ type, input }).toEqual({ type: 'wishPipeline', input: { pipeline: name, verb, by, reason: 'no reason given', ...asked } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(new RegExp(said)) as string });
  },
  30_000,
);

test.each([
  ['resume', '--now'],
  ['resume', '--for', '1h'],
  ['stop', '--for', '1h'],
  ['skip', '--for', '1h'],
  ['pause', '--for', 'long'],
])('pipeline %s %s is refused before anything is sent', async (verb, ...words) => {
  expect((await harness.run('pipeline', verb, name, ...words)).code).toBe(2);
});

test('a pipeline that left the cluster file can be steered, and one that was never run cannot', async () => {
  const file = join(harness.state, 'run', 'cluster.json');
  const text = readFileSync(file, 'utf8');
  const running = JSON.parse(text) as { readonly config: object };
  writeFileSync(file, JSON.stringify({ ...running, config: { ...running.config, pipelines: [] } }));
  try {
    const reply = { pipeline: name, verb: 'stop', turn: 2, turnsLeft: 0, received: true, stage: 'train', wish: wish({ wish: 'stopped' }) };
    const answered = answerOnce(temporal().client, { result: reply });
    expect(await harness.run('pipeline', 'stop', name)).toMatchObject({ code: 0 });
    expect((await answered).input).toMatchObject({ pipeline: name, verb: 'stop' });
    const unknown = await harness.run('pipeline', 'stop', 'nim');
    expect(unknown.stderr).toContain('Cannot stop pipeline nim because the cluster file has no pipelines; try ringmaster pipeline list');
    const run = await harness.run('pipeline', 'run', name);
    expect(run.stderr).toContain('try adding it to the cluster file, then `ringmaster apply`');
  } finally {
    writeFileSync(file, text);
  }
}, 30_000);

test('pipeline resume of an interrupted turn says which payload replaced which, once the turn has begun again', async () => {
  stage = 'paused';
  begun = { turn: 2, runs: 1, payloadDigest: 'a'.repeat(64), kept: [] };
  const answered = answerOnce(temporal().client, {
    result: {
      pipeline: name,
      verb: 'resume',
      turn: 2,
      turnsLeft: 3,
      received: true,
      stage,
      before: wish({ now: true }),
      wish: wish({ wish: 'running' }),
    },
  });
  const beginsAgain = async (): Promise<void> => {
    await answered;
    begun = { turn: 2, runs: 2, payloadDigest: 'b'.repeat(64), replacedDigest: 'a'.repeat(64), kept: [] };
  };
  const [{ code, stdout }] = await Promise.all([harness.run('pipeline', 'resume', name), beginsAgain()]);
  begun = undefined;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${name} is resumed\n  Turn 2 runs again with payload bbbbbbbbbbbb, which replaces aaaaaaaaaaaa. Games that were accepted before stay.\n`,
  });
}, 30_000);

const runSignals = async (): Promise<readonly object[]> => {
  const { events } = await temporal().client.workflow.getHandle(`pipeline/${name}`).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    return payload === undefined || payload === null ? [] : [defaultPayloadConverter.fromPayload<object>(payload)];
  });
};

test('pipeline run --skip-turn and --take-stages reach the pipeline, and the command says what becomes of the turn', async () => {
  stage = 'failed';
  const skipped = await harness.run('pipeline', 'run', name, '--skip-turn', '--turns', '2', '--reason', 'of no use');
  expect({ code: skipped.code, stdout: skipped.stdout }).toEqual({ code: 0, stdout: `pipeline/${name}: 2 more turns\n  Turn 2 is given up.\n` });
  const taken = await harness.run('pipeline', 'run', name, '--take-stages');
  expect({ code: taken.code, stdout: taken.stdout }).toEqual({
    code: 0,
    stdout: `pipeline/${name}: 1 more turn\n  Turn 2 had failed and runs again.\n`,
  });
  const [first, second] = await runSignals();
  expect(first).toMatchObject({ turns: 2, skipTurn: true, by, reason: 'of no use' });
  expect(first).not.toHaveProperty('takeStages');
  expect(second).toMatchObject({ turns: 1, takeStages: true, by, reason: 'no reason given' });
  expect(second).not.toHaveProperty('skipTurn');
}, 30_000);

test.each([
  ['self-play', /turn 2 is under way \(self-play\); try giving it up at once: ringmaster pipeline skip connect-four --now/],
  ['idle', /turn 2 is over, and no turn has failed; try ringmaster pipeline run connect-four/],
] as const)('pipeline run --skip-turn is refused at %s, with the verb that fits', async (at, reason) => {
  stage = at;
  expect(await harness.run('pipeline', 'run', name, '--skip-turn')).toMatchObject({ code: 1, stderr: expect.stringMatching(reason) as string });
});
