/**
 * A storm over the daemons of a real cluster: commands of an operator, terminated workflows and killed processes, one after the other, in an order that
 * a seed fixes. After each part of the storm, the wishes of the operator hold, and no daemon runs without one that it needs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import fc from 'fast-check';
import { startOptions } from '../../src/contract/start-options.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { carriesDependants, type DaemonRow, type DaemonView, isActive } from '../../src/domain/daemon/daemon.ts';
import { withNeeds } from '../../src/domain/daemon/graph.ts';
import { type DaemonVerb, daemonVerbNames, type DaemonWishRequest } from '../../src/domain/daemon/wish-request.ts';
import { eventually } from './eventually.ts';
import type { LiveCluster } from './live-cluster.ts';
import { isAlive } from './processes.ts';

const processes = ['control', 'ledger', 'gateway', 'server'] as const;
/** The cluster follows a command and heals a crash within this time, on a busy machine. */
const calmMsMax = 120_000;

type Blow =
  | { readonly type: 'command'; readonly verb: DaemonVerb; readonly on: number }
  | { readonly type: 'command to all'; readonly verb: 'start' | 'stop' }
  | { readonly type: 'terminate'; readonly on: number }
  | { readonly type: 'terminate the manager' }
  | { readonly type: 'kill'; readonly process: (typeof processes)[number] };

const on = fc.nat({ max: 1_000 });
const blow: fc.Arbitrary<Blow & { readonly pauseMs: number }> = fc
  .tuple(
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ type: fc.constant('command' as const), verb: fc.constantFrom(...daemonVerbNames), on }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('command to all' as const), verb: fc.constantFrom('start' as const, 'stop' as const) }) },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('terminate' as const), on }) },
      { weight: 1, arbitrary: fc.constant({ type: 'terminate the manager' as const }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('kill' as const), process: fc.constantFrom(...processes) }) },
    ),
    fc.nat({ max: 600 }),
  )
  .map(([one, pauseMs]) => ({ ...one, pauseMs }));

export interface Storm {
  readonly cluster: LiveCluster;
  readonly client: Client;
  readonly rows: readonly DaemonRow[];
  readonly seed: number;
  readonly blows: number;
  /** After this many blows, the storm pauses until the wishes hold. */
  readonly partBlows: number;
}

/** Lets the storm pass, and then starts all daemons and waits until they run. Returns the blows, for a person who reads a failure. */
export async function storm({ cluster, client, rows, seed, blows, partBlows }: Storm): Promise<readonly string[]> {
  const done: string[] = [];
  const wishes = new Map<string, 'running' | 'stopped'>(rows.map(({ id }) => [id, 'running']));
  const idOf = (k: number): string => rows[k % rows.length]?.id ?? '';
  const look = async (): Promise<readonly DaemonView[]> => (await cluster.get('/daemons')) as readonly DaemonView[];
  let last: readonly string[] = [];
  const calm = (what: string, faultsOf: (daemons: readonly DaemonView[]) => readonly string[]): Promise<unknown> =>
    eventually(
      what,
      async () => {
        try {
          last = faultsOf(await look());
        } catch (error) {
          last = [String(error)]; // Control is being restarted.
        }
        return last.length === 0;
      },
      { limitMs: calmMsMax, everyMs: 250, lastSeen: () => `${last.join('; ')}\nseed ${seed}, after ${done.join(', ')}` },
    );
  const command = async (verb: DaemonVerb, daemons: readonly string[] | undefined): Promise<void> => {
    await wishSurely(client, `storm/${seed}/${done.length}`, {
      verb,
      by: 'storm@test',
      reason: `blow ${done.length}`,
      ...(daemons === undefined ? {} : { daemons }),
    });
    const about = daemons ?? rows.map(({ id }) => id);
    if (verb === 'stop') for (const id of about) wishes.set(id, 'stopped');
    if (verb === 'start' || verb === 'restart') for (const id of withNeeds(rows, about)) wishes.set(id, 'running');
  };
  const strike = async (next: Blow): Promise<void> => {
    switch (next.type) {
      case 'command':
        done.push(`${next.verb} ${idOf(next.on)}`);
        return command(next.verb, [idOf(next.on)]);
      case 'command to all':
        done.push(`${next.verb} --all`);
        return command(next.verb, undefined);
      case 'terminate':
        done.push(`terminate ${idOf(next.on)}`);
        return terminate(client, workflowIds.daemon(idOf(next.on)));
      case 'terminate the manager':
        done.push('terminate the manager');
        return terminate(client, workflowIds.daemonManager);
      case 'kill': {
        done.push(`kill ${next.process}`);
        const pid = cluster.pid(next.process);
        if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      }
    }
  };
  const drawn = fc.sample(blow, { seed, numRuns: blows });
  for (const [k, next] of drawn.entries()) {
    await strike(next);
    await sleep(next.pauseMs);
    if ((k + 1) % partBlows === 0) await calm('the wishes hold', (daemons) => [...lostWishes(daemons, wishes), ...deadNeeds(daemons)]);
  }
  done.push('start --all');
  await command('start', undefined);
  await calm('every daemon runs', (daemons) =>
    daemons.filter(({ state }) => !carriesDependants(state)).map(({ id, state, because }) => `${id} is ${state}: ${because}`),
  );
  return done;
}

const lostWishes = (daemons: readonly DaemonView[], wishes: ReadonlyMap<string, 'running' | 'stopped'>): readonly string[] =>
  daemons
    .filter(({ id, state }) => (state === 'stopped') !== (wishes.get(id) === 'stopped'))
    .map(({ id, state }) => `${id} is ${state}, and is wished ${wishes.get(id)}`);

const deadNeeds = (daemons: readonly DaemonView[]): readonly string[] =>
  daemons.flatMap((daemon) =>
    isActive(daemon)
      ? daemon.dependencies
          .filter((need) => !carriesDependants(daemons.find(({ id }) => id === need)?.state))
          .map((need) => `${daemon.id} works without ${need}`)
      : [],
  );

/** Makes the request once, although the server may die meanwhile. */
const wishSurely = (client: Client, workflowId: string, request: DaemonWishRequest): Promise<unknown> =>
  eventually(
    `the request ${request.verb}`,
    async () => {
      try {
        await client.workflow.start('wishDaemons', {
          ...startOptions({ workflowId, summary: request.reason, input: request }),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) return undefined;
      }
      const ended = client.workflow.getHandle(workflowId).result();
      return ended.then(() => true as const).catch(() => undefined);
    },
    { limitMs: calmMsMax, everyMs: 250 },
  );

/** Terminates the workflow, if the server is there and the workflow runs. */
const terminate = (client: Client, workflowId: string): Promise<void> =>
  client.workflow
    .getHandle(workflowId)
    .terminate('the storm')
    .then(() => undefined)
    .catch(() => undefined);
