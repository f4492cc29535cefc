/**
 * Jobs on several nodes may end with the same bytes, which are fetched to one file at home. The fetches must run one after another, because otherwise
 * they would overwrite each other's `.part`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, expect, it } from 'vitest';
import { createGatewayActivities } from '../../../activities/gateway/index.ts';
import type { Home } from '../../../activities/gateway/home.ts';
import type { Machine } from '../../../src/transport/machine.ts';

type FetchInput = Parameters<ReturnType<typeof createGatewayActivities>['fetchOutputs']>[0];

const home = mkdtempSync(join(tmpdir(), 'ringmaster-home-'));
afterAll(() => rmSync(home, { recursive: true }));

it('fetches run one at a time for one digest, and concurrently for different digests', async () => {
  const under = new Set<string>();
  const most = { all: 0 };
  const twice: string[] = [];
  const copy = async (request: { readonly to: string }): Promise<void> => {
    if (under.has(request.to)) twice.push(request.to);
    under.add(request.to);
    most.all = Math.max(most.all, under.size);
    await sleep(20);
    writeFileSync(request.to, '');
    under.delete(request.to);
  };
  const { fetchOutputs } = createGatewayActivities({
    machines: { all: () => [], get: () => ({ copy }) as unknown as Machine },
    home: { blob: (digest: string) => join(home, digest) } as unknown as Home,
    ensureWorker: () => Promise.reject(new Error('not asked for')),
    idleCommandOf: () => undefined,
    sender: { cluster: 'demo', channels: [], variables: {} },
  });
  const fetch = (node: string, sha256: string) =>
    new MockActivityEnvironment().run<[FetchInput], void, typeof fetchOutputs>(fetchOutputs, {
      node: node as never,
      job: { item: 'it.1' as never, epoch: 1 },
      spec: { outputs: [{ path: 'games.ndjson', to: 'home' }] } as never,
      manifest: { v: 1 as const, files: [{ path: 'games.ndjson', bytes: 1, sha256 }], result: {} },
    });
  await Promise.all([fetch('a', 'same'), fetch('b', 'same'), fetch('c', 'same'), fetch('a', 'other')]);
  expect(twice).toEqual([]);
  expect(most.all).toBe(2);
});
