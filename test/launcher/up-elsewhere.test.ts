/** `up` with a Temporal server of the user: it uses this server and starts none, and a running cluster stays with its server. */
import { expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { startMuteProxy } from '../support/mute-proxy.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { workerNames } from './build-launcher.ts';
import { down, harness, limitMs, pidsOf, runningCluster, up, useLauncher } from './harness.ts';
import { expectNothingLeft, makeTestCluster, processesOf, removeTestCluster } from './test-cluster.ts';

useLauncher();

test(
  'an external server is prepared and used but not started, and a second `up` keeps its namespace',
  async () => {
    const other = await makeTestCluster();
    try {
      await harness.launcher.up({ clusterFile: other.clusterFile, env: other.env, distFolder: harness.launcher.dist });
      const env = { ...harness.cluster.env, TEMPORAL_ADDRESS: `127.0.0.1:${other.temporalPort}`, TEMPORAL_NAMESPACE: 'guest' };
      // The other cluster uses this namespace, and its workflows have the same ids as ours.
      await expect(up({ env: { ...env, TEMPORAL_NAMESPACE: 'default' } })).rejects.toMatchObject({ code: 'server.foreign-namespace' });
      const report = await up({ env });
      expect(report.processes.map(({ name }) => name)).toEqual(workerNames);
      expect(report).toMatchObject({ temporalAddress: `127.0.0.1:${other.temporalPort}` });
      expect(runningCluster()).toMatchObject({ temporalEmbedded: false, config: { temporal: { namespace: 'guest' } } });
      for (const namespace of ['elsewhere', undefined]) {
        const again = await up({ env: { ...env, TEMPORAL_NAMESPACE: namespace } });
        expect(again).toMatchObject({ adopted: true, launcherPid: report.launcherPid, configEpoch: report.configEpoch });
        expect(runningCluster()).toMatchObject({ config: { temporal: { namespace: 'guest' } } });
        expect(runningCluster().temporalPassedOver).toEqual(
          namespace === undefined ? undefined : expect.stringContaining('TEMPORAL_NAMESPACE names the namespace elsewhere, which is not used'),
        );
      }
      await down();
      expect(processesOf(other.state)).toHaveLength(5);
    } finally {
      await down(other.state);
      await expectNothingLeft(other);
      removeTestCluster(other);
    }
  },
  limitMs,
);

test(
  'a server elsewhere that is not reached: the sentence names the proxy, nothing is left running, and the cluster does not stay with the server',
  async () => {
    const proxy = await startMuteProxy();
    for (const name of ['grpc_proxy', 'https_proxy', 'no_grpc_proxy', 'no_proxy']) vi.stubEnv(name, '');
    vi.stubEnv('http_proxy', `http://${proxy.address}`);
    try {
      const env = { ...harness.cluster.env, ...process.env, TEMPORAL_ADDRESS: '192.0.2.1:7233' };
      const failure = (await rejectionOf(up({ env, limitMs: 10_000 }))) as RingmasterError;
      expect(failure).toMatchObject({ code: 'server.unavailable' });
      expect(sentenceOf(failure)).toContain(`the Temporal server 192.0.2.1:7233 through the proxy ${proxy.address} (http_proxy) does not reply`);
      expect(proxy.asked).toContain('CONNECT 192.0.2.1:7233 HTTP/1.1');
      // Each way of the hint works.
      expect(await up()).toMatchObject({ temporalAddress: `127.0.0.1:${harness.cluster.temporalPort}` });
      await down();
      harness.cluster.change({ temporal: { address: '192.0.2.1:7233' } });
      const named = (await rejectionOf(up({ env, limitMs: 5_000 }))) as RingmasterError;
      expect(sentenceOf(named)).toContain(
        `ledger is not ready after 5 s. The Temporal server is reached through the proxy ${proxy.address} (http_proxy)`,
      );
    } finally {
      vi.unstubAllEnvs();
      proxy.close();
    }
  },
  limitMs,
);

test(
  'no environment variable moves a running cluster to another server',
  async () => {
    const first = await up();
    const { temporalPort, env } = harness.cluster;
    for (const address of [`127.0.0.1:${temporalPort}`, `localhost:${temporalPort}`, 'far.example.org:7233']) {
      const again = await up({ env: { ...env, TEMPORAL_ADDRESS: address } });
      expect(again).toMatchObject({ adopted: true, launcherPid: first.launcherPid, temporalAddress: first.temporalAddress });
      expect(pidsOf(again.processes)).toEqual(pidsOf(first.processes));
    }
    expect(runningCluster()).toMatchObject({ temporalEmbedded: true, configEpoch: 1 });
    expect(runningCluster().temporalPassedOver).toContain('far.example.org:7233');
    await up();
    expect(runningCluster().temporalPassedOver).toBeUndefined();
  },
  limitMs,
);
