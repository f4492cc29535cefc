/** A Temporal server behind a proxy that accepts a connection and never replies: each sentence about the server names the proxy. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { errorText, type RingmasterError } from '../../src/domain/failure/error.ts';
import { connect } from '../../src/service/temporal/connect.ts';
import { silentLog } from '../../src/telemetry/log.ts';
import { prepareServer } from '../../workers/temporal-server/prepare-server.ts';
import { fixtureRunning } from '../cli/fixture-cluster.ts';
import { startTemporal, type TemporalHere } from '../cli/temporal-here.ts';
import { type MuteProxy, startMuteProxy } from '../support/mute-proxy.ts';
import { rejectionOf } from '../support/rejection-of.ts';

let proxy: MuteProxy;
let words = '';
let server: TemporalHere;
beforeAll(async () => {
  server = await startTemporal();
  proxy = await startMuteProxy();
  words = `through the proxy ${proxy.address} (http_proxy)`;
  for (const name of ['grpc_proxy', 'https_proxy', 'no_grpc_proxy', 'no_proxy']) vi.stubEnv(name, '');
  vi.stubEnv('http_proxy', `http://${proxy.address}`);
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  proxy.close();
  return server.stop();
});

const running = (): RunningCluster => ({ ...fixtureRunning('/nowhere', 1, 1), temporalAddress: '192.0.2.1:7233', temporalEmbedded: false });

test('a command that gets no reply names the proxy and its variable', { timeout: 60_000 }, async () => {
  expect(errorText(await rejectionOf(connect(running())))).toContain(`it did not answer within 4 s ${words}`);
  expect(proxy.asked).toContain('CONNECT 192.0.2.1:7233 HTTP/1.1');
});

test('each of the two ways past the proxy that the fix names works', { timeout: 60_000 }, async () => {
  // This address is the loopback, but it does not look like one. So the proxy of the environment is used.
  const behind = (): RunningCluster => ({ ...fixtureRunning('/nowhere', 1, 1), temporalAddress: `0.0.0.0:${server.port}`, temporalEmbedded: false });
  const { hint } = (await rejectionOf(connect(behind()))) as RingmasterError;
  const [, name = '', value = '', variable = ''] = /: export (\w+)=(\S+), or unset (\w+)$/.exec(hint?.say ?? '') ?? [];
  expect([name, variable]).toEqual(['no_proxy', 'http_proxy']);
  for (const [changed, to, back] of [
    [name, value, ''],
    [variable, '', `http://${proxy.address}`],
  ] as const) {
    vi.stubEnv(changed, to);
    const { close } = await connect(behind());
    await close();
    vi.stubEnv(changed, back);
  }
});

test('the log of the launcher names the proxy and its variable', { timeout: 60_000 }, async () => {
  const lines: unknown[] = [];
  const log = silentLog();
  vi.spyOn(log, 'warn').mockImplementation((line: unknown) => void lines.push(line));
  const owner = { id: '0123456789abcdef', name: 'demo', isUpgraded: false, says: 'demo' };
  expect(await prepareServer(running(), owner, () => lines.length > 0, log)).toBe(false);
  expect(lines).toEqual([{ error: expect.stringContaining(words) }]);
});
