/**
 * Random commands of an operator and random crashes, on a real cluster. `SEED` draws another storm, and `BLOWS` a longer one; `npm run chaos -- --daemons`
 * sets both. The seed of a storm that fails is in its message.
 */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { seed } from '../model/seed.ts';
import { daemonChanges, recordFaults } from '../support/daemon-record.ts';
import { storm } from '../support/daemon-storm.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';

const blows = Number(process.env['BLOWS'] ?? 50);
/** A blow takes at most this long, with its share of the pauses. */
const blowMsMax = 15_000;

let cluster: LiveCluster;
let client: Client;
beforeAll(async () => {
  cluster = await makeCluster({ nodes: (await labelledNodes(2)).slice(1, 2) });
  await cluster.up();
  client = new Client({ connection: await Connection.connect({ address: (await cluster.status()).temporalAddress }) });
});
afterAll(async () => {
  await (client as Client | undefined)?.connection.close();
  await (cluster as LiveCluster | undefined)?.destroy();
});

it(
  `${blows} commands and crashes, seed ${seed}: no wish is lost, no daemon works without its needs, each has one runner, and no restart lacks a grant`,
  async () => {
    const done = await storm({ cluster, client, rows: daemonRows, seed, blows, partBlows: 10 });
    expect(await recordFaults(client, daemonRows, await daemonChanges(cluster)), `after ${done.join(', ')}`).toEqual([]);
  },
  blows * blowMsMax,
);
