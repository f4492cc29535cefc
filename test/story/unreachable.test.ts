/**
 * An unreachable node has not failed. A node is cut off: its sshd is frozen and its sessions are gone, but its processes go on.
 *   for a while  the job is adopted
 *   for good     after the time in the evidence table, the item runs elsewhere; if the old job comes back, it is stopped and its result is refused
 *   all at once  no node is declared lost
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventPage, EventTrace } from '../../src/domain/event/event.ts';
import { freePorts } from '../support/free-ports.ts';
import { type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts';
import { isAlive, jobProcesses } from '../support/processes.ts';
import { type LiveCluster, labelledNodes, makeCluster } from '../support/live-cluster.ts';

/**
 * This time is well above the self-fence below. A look at a node that is cut off fails after 5 s. The third failed look makes the node unreachable,
 * and the fourth makes it lost.
 */
const lostAfterSeconds = 16;

/** A part of the address of the receiver of alerts. */
const secret = 'hook-5ecret-of-the-story';

/** After a node becomes `unreachable`, a test waits until the time limit for a loss has passed, plus one round of looks at the nodes. */
const pastLossMs = (lostAfterSeconds + 8) * 1_000;

describe('a node that cannot be reached', () => {
  let cluster: LiveCluster;
  let hook: WebhookReceiver;
  /** A receiver that comes back after the alerts were recorded, and its port. */
  let returned: WebhookReceiver | undefined;
  let nobody = 0;
  beforeAll(async () => {
    hook = await webhookReceiver();
    [nobody = 0] = await freePorts(1);
    cluster = await makeCluster({
      nodes: await labelledNodes(2),
      limits: { suspectAfter: '2s', unreachableAfter: '6s', lostAfter: `${lostAfterSeconds}s` },
      env: { STORY_HOOK: `${hook.url}/${secret}` },
      channels: [
        { id: 'gone', webhook: { url: `http://127.0.0.1:${nobody}/` } },
        { id: 'hook', webhook: { url: { fromEnv: 'STORY_HOOK' } } },
      ],
    });
    await cluster.up();
    await cluster.until('all nodes alive', 60, ({ nodes }) => nodes.length === 3 && nodes.every((node) => node.state === 'alive'));
  }, 180_000);
  afterAll(async () => {
    await cluster.destroy();
    hook.close();
    returned?.close();
  }, 120_000);

  /**
   * Returns an item whose job works and reports progress until `enough` is called for the job's node. The item takes two slots, so each item has its
   * own node.
   */
  const item = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
    id,
    kind: 'command',
    command: [
      'sh',
      '-c',
      `i=0; until [ $i -ge 500 ] || [ -e ../../../enough.${id} ]; do i=$((i+1)); echo "{\\"done\\": $i, \\"of\\": 500}"; sleep 1; done; echo '{"v":1,"files":[],"result":{}}' >output/manifest.json`,
    ],
    slots: 2,
    ...more,
  });
  const enough = (id: string, node: string): void => writeFileSync(join(cluster.nodeFolder(node), `enough.${id}`), '');
  const runningOn = (id: string, epoch = 1) =>
    cluster.until(
      `${id}/${epoch} running`,
      60,
      ({ openJobs }) => openJobs.find((job) => job.item === id && job.epoch === epoch && job.state === 'running')?.node,
    );
  const stateOf = (node: string) => cluster.status().then(({ nodes }) => nodes.find((one) => one.node === node)?.state);

  /** The receiver got both messages in order. A channel without a receiver delays no other channel, and `alert list` has its message. No file and no history has the secret. */
  const theAlertsArrived = async (): Promise<void> => {
    await cluster.until('the alerts arrived', 30, () => hook.received.length >= 2);
    const messages = hook.received.map(({ body }) => JSON.parse(body) as { readonly group: string; readonly status: string });
    expect(messages.map(({ group, status }) => `${group} ${status}`)).toEqual(['NodeLost firing', 'NodeLost resolved']);
    expect((await cluster.cli('alert', 'show', 'NodeLost/c')).stdout).toMatch(/ {2}on hook: sent .* ago\n/);
    expect((await cluster.cli('alert', 'list')).stdout).toMatch(/^channel gone \(webhook\): nothing was sent yet, \d messages? waits? for /m);
    expect(await cluster.cli('alert', 'test', 'hook')).toMatchObject({ code: 0, stdout: 'The channel hook took a test message.\n' });
    expect(await cluster.cli('alert', 'test', 'hooks')).toMatchObject({ stderr: expect.stringContaining('the channel hook') as string });
    const { stdout: ids } = await cluster.cli('temporal', 'workflow', 'list', '--query', "WorkflowType = 'notify'", '--output', 'json');
    const workflows = (JSON.parse(ids) as { readonly execution: { readonly workflowId: string } }[]).map(({ execution }) => execution.workflowId);
    expect(workflows).toEqual(expect.arrayContaining(['notify/gone', 'notify/hook']));
    const shown = await Promise.all([
      ...workflows.map((id) => cluster.cli('temporal', 'workflow', 'show', '--workflow-id', id, '--output', 'json')),
      cluster.cli('alert', 'list', '-o', 'json'),
      cluster.cli('config', 'show'),
    ]);
    expect(shown.map(({ stdout }) => stdout).join('\n')).not.toContain(secret);
    const files = readdirSync(cluster.state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const having = files.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => readFileSync(file).includes(secret));
    expect(having, 'files with the secret').toEqual([]);
    returned = await webhookReceiver(undefined, nobody);
  };

  it('for a while: its job is adopted, not started again', async () => {
    await cluster.add(item('away.1'));
    const node = await runningOn('away.1');
    const before = jobProcesses(cluster.name, 'away.1');
    const back = await cluster.cutOff(node);
    try {
      await cluster.until(`${node} unreachable`, 60, ({ nodes }) => nodes.find((one) => one.node === node)?.state === 'unreachable');
      await sleep(3_000);
      expect(await stateOf(node)).toBe('unreachable');
      expect(jobProcesses(cluster.name, 'away.1').filter((pid) => before.includes(pid)).length, 'its process goes on').toBeGreaterThan(0);
    } finally {
      back();
    }
    enough('away.1', node);
    await cluster.until('away.1 completed', 90, async () => (await cluster.item('away.1'))?.item.state === 'completed');
    const facts = await cluster.item('away.1');
    expect([facts?.item.epoch, facts?.item.attempts, facts?.jobs.length]).toEqual([1, 1, 1]);
  }, 300_000);

  it('for good: its items run elsewhere, the fenced process has ended by then, and the result of the other process is refused later', async () => {
    // Both jobs run on c. The self-fence ends `fenced` when no look renews the job. `stubborn` has no self-fence, and its result is ready when the
    // node comes back.
    const fence = { runSecondsMax: 600, silentSecondsMax: 60, selfFenceSeconds: 4 };
    await cluster.add(item('fenced.1', { labels: ['on-c'], slots: 1, limits: fence }), item('stubborn.1', { labels: ['on-c'], slots: 1 }));
    expect([await runningOn('fenced.1'), await runningOn('stubborn.1')]).toEqual(['c', 'c']);
    const [fenced, stubborn] = [jobProcesses(cluster.name, 'fenced.1'), jobProcesses(cluster.name, 'stubborn.1')];
    const manifest = join(cluster.nodeFolder('c'), 'jobs/stubborn.1/1/output/manifest.json');
    const back = await cluster.cutOff('c');
    try {
      await cluster.until('c lost', 120, ({ nodes }) => nodes.find((one) => one.node === 'c')?.state === 'lost');
      await cluster.until('the alert about c fires', 30, ({ alerts }) => alerts.some(({ id }) => id === 'NodeLost/c'));
      expect(fenced.filter(isAlive), 'the self-fence ended the old process before the loss').toEqual([]);
      await cluster.until('both items wanted again', 60, async () =>
        (await Promise.all(['fenced.1', 'stubborn.1'].map(cluster.item))).every((facts) => facts?.item.state === 'pending'),
      );
      for (const id of ['fenced.1', 'stubborn.1']) enough(id, 'c');
      await cluster.until('the old process has its result and has ended', 120, () => existsSync(manifest) && !stubborn.some(isAlive));
    } finally {
      back();
    }
    await cluster.until('both tried again as epoch 2', 120, async () =>
      (await Promise.all(['fenced.1', 'stubborn.1'].map(cluster.item))).every((facts) => facts?.item.epoch === 2),
    );
    await cluster.until('both completed', 150, async () =>
      (await Promise.all(['fenced.1', 'stubborn.1'].map(cluster.item))).every((facts) => facts?.item.state === 'completed'),
    );
    const facts = await cluster.item('stubborn.1');
    expect(facts?.jobs.map((job) => [job.epoch, job.state, job.failure?.code]).toSorted()).toEqual([
      [1, 'failed', 'job.lost'],
      [2, 'completed', undefined],
    ]);
    expect((await cluster.cli('explain', 'fenced.1')).stdout).toContain('job.lost');
    const whatHappened = async <Found>(...words: string[]) => JSON.parse((await cluster.cli('event', ...words, '-o', 'json')).stdout) as Found;
    await cluster.until('the alert is resolved', 30, ({ alerts }) => !alerts.some(({ id }) => id === 'NodeLost/c'));
    const { events: all } = await whatHappened<EventPage>('list', '--about', 'node:c');
    const alerts = all.filter(({ type }) => type.startsWith('ALERT_'));
    expect(alerts.map(({ type, text }) => [type, text.split(' ')[0]])).toEqual([
      ['ALERT_FIRED', 'NodeLost/c'],
      ['ALERT_RESOLVED', 'NodeLost/c'],
    ]);
    await theAlertsArrived();
    const events = all.filter((one) => !alerts.includes(one));
    const lost = events.findLast(({ type }) => type === 'NODE_LOST');
    const since = events.slice(events.findIndex(({ id }) => id === lost?.id)).map(({ type }) => type);
    expect(since, 'what happened to c: the loss, the tries that were lost with it, and the repair').toEqual([
      'NODE_LOST',
      'WORK_RETRY',
      'WORK_RETRY',
      'NODE_RECOVERED',
    ]);
    const { causes, effects } = await whatHappened<EventTrace>('trace', lost?.id ?? '');
    expect(causes.at(-1)?.type).toBe('HOST_OFFLINE');
    expect(effects.map(({ type }) => type).toSorted()).toEqual(['NODE_RECOVERED', 'WORK_RETRY', 'WORK_RETRY']);
  }, 600_000);

  it('for good, but its own worker still runs: the node is not lost, and the worker keeps watching the job', async () => {
    await cluster.until('the resident worker runs', 60, ({ nodes }) => nodes.find((one) => one.node === 'a')?.route === 'resident');
    await cluster.add(item('resident.1', { labels: ['on-a'] }));
    expect(await runningOn('resident.1')).toBe('a');
    const back = await cluster.cutOff('a');
    try {
      await cluster.until('a unreachable', 60, ({ nodes }) => nodes.find((one) => one.node === 'a')?.state === 'unreachable');
      await sleep(pastLossMs);
      expect(await stateOf('a')).toBe('unreachable');
    } finally {
      back();
    }
    enough('resident.1', 'a');
    await cluster.until('resident.1 completed', 90, async () => (await cluster.item('resident.1'))?.item.state === 'completed');
    expect((await cluster.item('resident.1'))?.item.epoch).toBe(1);
    await cluster.until('nothing open', 90, ({ openJobs }) => openJobs.length === 0);
  }, 400_000);

  it('all at once: no node is declared lost, and the jobs are adopted', async () => {
    await cluster.add(item('all.1'), item('all.2'), item('all.3'));
    const places = await Promise.all(['all.1', 'all.2', 'all.3'].map(async (id) => ({ id, node: await runningOn(id) })));
    const back = await Promise.all(['a', 'b', 'c'].map((node) => cluster.cutOff(node)));
    try {
      await cluster.until('all unreachable', 90, ({ nodes }) => nodes.every((node) => node.state === 'unreachable'));
      await sleep(pastLossMs);
      expect((await cluster.status()).nodes.map((node) => node.state)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    } finally {
      for (const undo of back) undo();
    }
    for (const { id, node } of places) enough(id, node);
    await cluster.until('all completed', 150, async () =>
      (await Promise.all(['all.1', 'all.2', 'all.3'].map(cluster.item))).every((facts) => facts?.item.state === 'completed'),
    );
    for (const id of ['all.1', 'all.2', 'all.3']) expect((await cluster.item(id))?.item.epoch).toBe(1);
  }, 400_000);

  it('its alerts reach a receiver that comes back, the end after the beginning', async () => {
    const groups = (): readonly string[] =>
      (returned?.received ?? []).map(({ body }) => {
        const { group, status, alerts } = JSON.parse(body) as {
          readonly group: string;
          readonly status: string;
          readonly alerts: readonly { readonly id: string }[];
        };
        return `${group} ${status} ${alerts[0]?.id ?? ''}`;
      });
    await cluster.until('the receiver that came back has both messages', 90, () => groups().includes('NodeLost resolved NodeLost/c'));
    expect(
      groups()
        .filter((one) => one.endsWith('NodeLost/c'))
        .slice(0, 2),
    ).toEqual(['NodeLost firing NodeLost/c', 'NodeLost resolved NodeLost/c']);
  }, 120_000);
});
