/** The dispatcher alone counts slots: what it hands to `claim` as open is what holds them. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerActivities, OpenJob, StartJobStep } from '../../src/contract/activities.ts';
import { type DispatcherInput, type NodeLostSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { FakeCluster, until } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const node = 'b' as NodeId;

function step(item: string): StartJobStep {
  const spec = {
    id: item as ItemId,
    kind: 'command',
    priority: 1,
    command: ['true'],
    env: {},
    request: {},
    inputs: [],
    outputs: [],
    seed: 1,
    attemptsMax: 3,
    slots: 1,
    labels: [],
    limits: { runSecondsMax: 60, silentSecondsMax: 60 },
  } as const;
  return { type: 'start-job', job: { item: spec.id, epoch: 1 }, node, slots: 1, spec, residentRoute: false };
}
const openOf = ({ job, slots }: StartJobStep): OpenJob => ({ job, node, slots });

/** As the ledger does: what is claimed and not among the open jobs is handed out (again). */
class Claims {
  readonly wanted: StartJobStep[];
  constructor(...wanted: StartJobStep[]) {
    this.wanted = wanted;
  }
  claim: LedgerActivities['claim'] = async ({ open }) => ({
    steps: this.wanted.filter((one) => !open.some(({ job }) => job.item === one.job.item)),
    pendingLeft: 0,
  });
  close = (item: string): void => void this.wanted.splice(0, this.wanted.length, ...this.wanted.filter((one) => one.job.item !== item));
}

const start = (...open: OpenJob[]) => cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, { v: 1, open });
const lastOpen = () =>
  cluster
    .inputs('claim')
    .at(-1)
    ?.open.map(({ job }) => job.item);

/** Its job runs until the gate opens. */
function runningUntil(gate: ReturnType<FakeCluster['gate']>) {
  return {
    watchJob: async () => {
      await gate.held();
      return { type: 'exited', exitCode: 0 } as const;
    },
  };
}

describe('the dispatcher', () => {
  it('reconciles after 60 s of rest: what Temporal has closed no longer holds slots', async () => {
    const ghost = step('ghost');
    cluster.answer({ reconcileClaims: async () => ({ freed: [ghost.job] }) });
    await start(openOf(ghost));
    await cluster.called('claim', 1);
    expect(cluster.inputs('reconcileClaims')).toEqual([]);
    await cluster.env.sleep('61s');
    await cluster.called('reconcileClaims', 1);
    await until(() => lastOpen()?.length === 0, 'the slot of the ghost');
    expect(cluster.inputs('reconcileClaims')[0]?.open).toEqual([openOf(ghost)]);
  });

  it('reconciles also when it is woken all the time', async () => {
    const dispatcher = await start();
    for (let claims = 1; claims <= 4; claims += 1) {
      await cluster.called('claim', claims);
      await cluster.env.sleep('20s');
      await dispatcher.signal(signals.wake);
    }
    await cluster.called('reconcileClaims', 1);
    expect(cluster.inputs('reconcileClaims')).toHaveLength(1);
  });

  it('survives an error of the ledger: it shows it, rests, and goes on with all it knew', async () => {
    const open = openOf(step('still-open'));
    let asked = 0;
    cluster.answer({
      claim: async () => {
        asked += 1;
        if (asked === 1) throw ApplicationFailure.create({ message: 'the ledger is torn', type: 'ledger.corrupt', nonRetryable: true });
        return { steps: [], pendingLeft: 0 };
      },
    });
    const dispatcher = await start(open);
    await cluster.called('claim', 1);
    const shown = async () => (await dispatcher.describe()).searchAttributes;
    await until(async () => (await shown())['LifecycleState']?.[0] === 'error', 'the state error');
    expect(await shown()).toMatchObject({ FailureCode: ['ledger.corrupt'] });
    await cluster.env.sleep('15s');
    await cluster.called('claim', 2);
    expect(cluster.inputs('claim').at(-1)?.open).toEqual([open]);
    expect((await dispatcher.describe()).status.name).toBe('RUNNING');
  });

  it('starts what is claimed once, also when the answer to a claim is lost; a closed job frees its slot', async () => {
    const gate = cluster.gate();
    const claims = new Claims(step('lost-answer'));
    let asked = 0;
    cluster.answer({
      ...runningUntil(gate),
      claim: async (input) => {
        asked += 1;
        const answer = await claims.claim(input);
        if (asked === 1) throw ApplicationFailure.retryable('claimed, but nobody heard it');
        return answer;
      },
      closeJob: async () => {
        claims.close('lost-answer');
        return { accepted: true };
      },
    });
    const dispatcher = await start();
    cluster.adopt('job/lost-answer/1');
    await cluster.called('watchJob', 1);
    await dispatcher.signal(signals.wake);
    await until(() => lastOpen()?.includes('lost-answer' as ItemId), 'the job among the open ones');
    gate.open();
    await until(() => lastOpen()?.length === 0, 'its slot');
    expect(await cluster.story(dispatcher)).toContain('child job/lost-answer/1');
    expect(cluster.inputs('startJob')).toHaveLength(1);
  });

  it('takes a job that runs already for open: the answer to its start was lost', async () => {
    const claims = new Claims(step('started-before'));
    cluster.answer({ ...runningUntil(cluster.gate()), claim: claims.claim });
    const first = await start();
    cluster.adopt('job/started-before/1');
    await cluster.called('watchJob', 1);
    await first.terminate();
    const claimsBefore = cluster.inputs('claim').length;
    const second = await start();
    await cluster.called('claim', claimsBefore + 1);
    await second.signal(signals.wake);
    await until(() => lastOpen()?.includes('started-before' as ItemId), 'the job among the open ones');
    expect(cluster.inputs('startJob')).toHaveLength(1);
  });

  it('tells the jobs of a lost node, and no others', async () => {
    const dispatcher = await start(openOf(step('on-b')), { ...openOf(step('on-c')), node: 'c' as NodeId });
    await dispatcher.signal<[NodeLostSignal]>(signals.nodeLost, { node, evidence: 'silent' });
    await until(async () => (await cluster.story(dispatcher)).includes('nodeLost→job/on-b/1'), 'the signal');
    expect(await cluster.story(dispatcher)).not.toContain('nodeLost→job/on-c/1');
  });
});
