import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeCluster } from '../support/time-skipping.ts';
let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterAll(() => cluster?.stop());
it('skips', async () => {
  let t = performance.now();
  const lap = (w: string) => {
    console.log(w, Math.round(performance.now() - t));
    t = performance.now();
  };
  await cluster.env.sleep('60s');
  lap('sleep alone');
  await cluster.start('dispatcher', 'dispatcher', { v: 1, open: [] });
  await cluster.called('claim', 1);
  lap('claim');
  await cluster.env.sleep('61s');
  lap('sleep 61');
  await cluster.called('reconcileClaims', 1);
  lap('reconcile');
  expect(1).toBe(1);
});
