/** Tests one try at an item: the order of its calls, and what each kind of end does to the process, the ledger and the slots. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CancelSignal, type NodeLostSignal, type OverdueSignal, signals } from '../../src/contract/workflows.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { type NodeId, jobWorkflowId } from '../../src/domain/ids.ts';
import { FakeCluster } from '../support/time-skipping.ts';
import { itemSpec } from '../support/item-spec.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const nodeB = 'b' as NodeId;

function input(item: string, changes: Partial<Assignment> = {}): Assignment {
  const spec = itemSpec(item, { kind: 'command', priority: 1, request: {}, outputs: [{ path: 'model', to: 'home' }], slots: 2 });
  return { job: { item: spec.id, epoch: 1 }, node: nodeB, slots: 2, spec, residentRoute: false, ...changes };
}

const manifest = { v: 1, files: [], result: {} } as const;
const start = (job: Assignment) => cluster.start('job', jobWorkflowId(job.job), job);
/** Makes an activity that fails as it would on a node whose host key has changed. */
const refusing =
  (fields: FailureRecord['fields'] = {}) =>
  async () => {
    const failure: FailureRecord = { code: 'transport.host-key-changed', class: 'configuration', message: 'Cannot connect', fields, chain: [] };
    throw ApplicationFailure.create({ type: failure.code, message: failure.message, nonRetryable: true, details: [failure] });
  };
const loss: NodeLostSignal = { node: nodeB, evidence: 'silent for 10 minutes' };
const cancelled: CancelSignal = { reason: 'not wanted' };
const beforeTheEnd = ['launchJob@gateway', 'awaitJob@gateway', 'beginJob@ledger'];

/** Starts a job that runs until the gate opens, and waits until the ledger has the job as running. */
async function watched(item: string, answers: Parameters<FakeCluster['answer']>[0] = {}) {
  const gate = cluster.gate();
  cluster.answer({
    awaitJob: async () => {
      await gate.held();
      return { type: 'completed', manifest };
    },
    ...answers,
  });
  const handle = await start(input(item));
  await cluster.called('awaitJob', 1);
  await cluster.env.sleep('2s');
  await cluster.called('beginJob', 1);
  return { handle, gate };
}

describe('the route of a job', () => {
  it('is the resident worker of the node', async () => {
    const { spec, ...job } = input('resident', { node: 'a' as NodeId, residentRoute: true });
    const handle = await start({ ...job, spec: { ...spec, inputs: [{ name: 'model', sha256: 'a'.repeat(64), bytes: 1 }] } });
    await handle.result();
    expect(await cluster.commandsOf(handle)).toEqual([
      'shipJob@gateway',
      'startJob@node:a',
      'awaitJob@node:a',
      'fetchOutputs@gateway',
      'closeJob@ledger',
    ]);
  });

  it('becomes the gateway when no worker has taken a call from the queue of the node for 4 s', async () => {
    const beganAt = await cluster.env.currentTimeMs();
    const handle = await start(input('unclaimed', { residentRoute: true }));
    expect(await handle.result()).toMatchObject({ outcome: { type: 'completed' } });
    expect((await cluster.commandsOf(handle)).slice(0, 3)).toEqual(['startJob@node:b', 'launchJob@gateway', 'awaitJob@gateway']);
    expect((await cluster.env.currentTimeMs()) - beganAt).toBeGreaterThanOrEqual(4_000);
  });
});

describe('a job that the worker of its node was asked to start', () => {
  const onA = (item: string) => start({ ...input(item), node: 'a' as NodeId, residentRoute: true });

  it('is shipped again by the gateway when a shipped input is gone', async () => {
    let asked = 0;
    cluster.answer({
      startJob: async () => {
        asked += 1;
        throw ApplicationFailure.create({ type: 'sync.interrupted', message: 'an input is gone' });
      },
    });
    const handle = await onA('sent-anew');
    expect(await handle.result()).toMatchObject({ outcome: { type: 'completed' } });
    expect((await cluster.commandsOf(handle)).slice(0, 3)).toEqual(['startJob@node:a', 'launchJob@gateway', 'awaitJob@node:a']);
    expect(asked).toBe(1);
  });

  it('may run, whatever the gateway reports: it is not closed until it is stopped', async () => {
    cluster.answer({
      startJob: async () => {
        throw ApplicationFailure.create({ type: 'sync.interrupted', message: 'an input is gone' });
      },
      launchJob: refusing({ unstarted: true }),
      stopJob: refusing(),
    });
    const handle = await onA('may-run');
    await cluster.called('stopJob', 2);
    expect(cluster.inputs('closeJob')).toEqual([]);
    await handle.signal(signals.nodeLost, { ...loss, node: 'a' as NodeId });
    expect(await handle.result()).toMatchObject({ outcome: { failure: { code: 'job.lost' } } });
  });
});

describe('a job', () => {
  describe('whose node refuses the launch and the stop', () => {
    const refuse = (unstarted: boolean) => cluster.answer({ launchJob: refusing(unstarted ? { unstarted } : {}), stopJob: refusing() });

    it('is closed when no start was attempted', async () => {
      refuse(true);
      const handle = await start(input('unstarted'));
      expect(await handle.result()).toMatchObject({ outcome: { failure: { code: 'transport.host-key-changed' } } });
      expect(await cluster.commandsOf(handle)).toEqual(['launchJob@gateway', 'stopJob@gateway', 'closeJob@ledger']);
    });

    it.each([
      ['a start was tried', false, {}],
      ['an earlier workflow may have started it', true, { again: true }],
    ])('is not closed while %s, until the node is lost', async (name, unstarted, changes) => {
      refuse(unstarted);
      const handle = await start(input(name.replaceAll(' ', '-'), changes));
      await cluster.called('stopJob', 1);
      await cluster.env.sleep('1m');
      await cluster.called('stopJob', 3);
      expect(cluster.inputs('closeJob')).toEqual([]);
      await handle.signal(signals.nodeLost, loss);
      expect(await handle.result()).toMatchObject({ outcome: { failure: { code: 'job.lost' } } });
    });
  });

  it('that is short is launched, awaited, fetched and closed; the ledger gives its slots back', async () => {
    const handle = await start(input('happy'));
    expect(await handle.result()).toMatchObject({ accepted: true, outcome: { type: 'completed' } });
    expect(await cluster.commandsOf(handle)).toEqual(['launchJob@gateway', 'awaitJob@gateway', 'fetchOutputs@gateway', 'closeJob@ledger']);
    expect(cluster.inputs('closeJob')).toMatchObject([{ job: { item: 'happy', epoch: 1 }, node: 'b', slots: 2 }]);
  });

  it('that is not short is set to running in the ledger', async () => {
    const { handle, gate } = await watched('long');
    gate.open();
    expect(await handle.result()).toMatchObject({ outcome: { type: 'completed' } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'fetchOutputs@gateway', 'closeJob@ledger']);
    expect(cluster.inputs('beginJob')).toMatchObject([{ workflowId: 'job/long/1', node: 'b' }]);
  });

  it('whose item was cancelled before it began is stopped and closed as cancelled', async () => {
    const { handle } = await watched('cancelled-before', { beginJob: async () => ({ accepted: true, cancelled: true }) });
    expect(await handle.result()).toMatchObject({ outcome: { failure: { code: 'job.cancelled' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'stopJob@gateway', 'closeJob@ledger']);
  });

  it('whose claim the ledger gave to another job is stopped, and its result is refused', async () => {
    const { handle } = await watched('refused', {
      beginJob: async () => ({ accepted: false, cancelled: false }),
      closeJob: async () => ({ accepted: false }),
    });
    expect(await handle.result()).toMatchObject({ accepted: false, outcome: { failure: { code: 'job.epoch-refused' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'stopJob@gateway', 'closeJob@ledger']);
  });

  it('that is cancelled while it runs is stopped, and only then closed', async () => {
    const { handle } = await watched('cancelled');
    await handle.signal(signals.cancel, cancelled);
    expect(await handle.result()).toMatchObject({ outcome: { type: 'failed', failure: { code: 'job.cancelled', class: 'cancelled' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'stopJob@gateway', 'closeJob@ledger']);
    expect(cluster.inputs('closeJob')).toMatchObject([{ outcome: { failure: { code: 'job.cancelled' } } }]);
  });

  it('that JOB_REAPER ends while it runs is stopped, and closed as one that reached its time limit', async () => {
    const { handle } = await watched('overdue');
    await handle.signal(signals.overdue, { because: 'it has held its slots for 200 min' } satisfies OverdueSignal);
    expect(await handle.result()).toMatchObject({ outcome: { type: 'failed', failure: { code: 'job.timeout' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'stopJob@gateway', 'closeJob@ledger']);
    expect(cluster.inputs('closeJob')).toMatchObject([{ outcome: { failure: { message: expect.stringContaining('held its slots for 200 min') } } }]);
  });

  it('that is cancelled through Temporal ends in the same way', async () => {
    const { handle } = await watched('cancelled-by-temporal');
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ outcome: { failure: { code: 'job.cancelled' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'stopJob@gateway', 'closeJob@ledger']);
  });

  it('on a lost node is closed first; its slots come back only after the stop', async () => {
    const { handle } = await watched('lost');
    await handle.signal(signals.nodeLost, loss);
    expect(await handle.result()).toMatchObject({ outcome: { type: 'failed', failure: { code: 'job.lost', class: 'node-fault' } } });
    expect(await cluster.commandsOf(handle)).toEqual([...beforeTheEnd, 'closeJob@ledger', 'stopJob@gateway', 'jobClosed→dispatcher']);
    expect(cluster.inputs('closeJob')).toEqual([expect.not.objectContaining({ slots: expect.anything() })]);
  });

  describe('whose stop hangs is closed when its node is lost', () => {
    const hanging = () => {
      const never = cluster.gate();
      let stops = 0;
      return async () => {
        stops += 1;
        if (stops === 1) await never.held();
        return { stopped: 1 };
      };
    };
    /** Returns why the job ended, and the calls that it made from the stop to the end. */
    const lose = async (handle: Awaited<ReturnType<typeof start>>) => {
      await cluster.called('stopJob', 1);
      expect(cluster.inputs('closeJob')).toEqual([]);
      await handle.signal(signals.nodeLost, loss);
      await cluster.called('closeJob', 1);
      await handle.result();
      const [closed] = cluster.inputs('closeJob');
      return {
        code: closed?.outcome.type === 'failed' ? closed.outcome.failure.code : undefined,
        story: (await cluster.commandsOf(handle)).filter((step) => !['launchJob@gateway', 'awaitJob@gateway', 'beginJob@ledger'].includes(step)),
      };
    };
    const story = ['stopJob@gateway', 'closeJob@ledger', 'stopJob@gateway', 'jobClosed→dispatcher'];

    it('after its own failure', async () => {
      const failure: FailureRecord = { code: 'job.hang', class: 'defect', message: 'silent', fields: {}, chain: [] };
      cluster.answer({ awaitJob: async () => ({ type: 'failed', failure }), stopJob: hanging() });
      expect(await lose(await start(input('lost-in-stop')))).toEqual({ code: 'job.lost', story });
    });

    it('after a cancel, and as cancelled, because a lost try would be tried again', async () => {
      const { handle } = await watched('cancelled-and-lost', { stopJob: hanging() });
      await handle.signal(signals.cancel, cancelled);
      expect(await lose(handle)).toEqual({ code: 'job.cancelled', story });
    });
  });
});
