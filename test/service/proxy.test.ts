/** Loopback never goes through a proxy of the environment, and a server elsewhere goes through the one that gRPC itself would use. */
import { createServer, type Server } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import { Connection } from '@temporalio/client';
import { grpcProxyOf, isLoopback, throughProxy } from '../../src/service/temporal/proxy.ts';
import { serverOptions } from '../../src/service/temporal/server-target.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Starts a server that records the first bytes of each connection and closes it. Returns its port and the record. */
async function listen(): Promise<{ readonly port: number; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      heard.push(chunk.toString('latin1'));
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, heard };
}

test.each(['127.0.0.1:7233', 'localhost:7233', '[::1]:7233', '127.9.9.9:1', 'LOCALHOST:7233', '127.0.0.1'])('%s is loopback', (address) => {
  expect(isLoopback(address)).toBe(true);
  expect(grpcProxyOf(address, { http_proxy: 'http://proxy:3128' })).toBeUndefined();
});

test.each(['10.0.0.1:7233', 'temporal.example.org:7233', '[fd00::1]:7233', '127.example.org:7233'])('%s is not loopback', (address) => {
  expect(isLoopback(address)).toBe(false);
  expect(grpcProxyOf(address, { http_proxy: 'http://proxy:3128' })?.address).toBe('proxy:3128');
});

test('a sentence names the proxy and its variable, and never the password', () => {
  const env = { https_proxy: 'http://me:s3cret@proxy.example.org', http_proxy: 'http://other:1' };
  expect(throughProxy('far:7233', env)).toBe(' through the proxy proxy.example.org:80 (https_proxy)');
  expect(grpcProxyOf('far:7233', env)?.basicAuth).toEqual({ username: 'me', password: 's3cret' });
  expect(throughProxy('far:7233', {})).toBe('');
});

test.each([
  ['no_proxy', 'far'],
  ['no_grpc_proxy', 'far'],
])('%s passes by the proxy', (name, host) => {
  expect(grpcProxyOf(`${host}:7233`, { http_proxy: 'http://proxy:1', [name]: `other,${host}` })).toBeUndefined();
});

test('a block of addresses in no_proxy passes by the proxy', () => {
  const env = { http_proxy: 'http://proxy:1', no_proxy: '10.1.0.0/16' };
  expect(grpcProxyOf('10.1.2.3:7233', env)).toBeUndefined();
  expect(grpcProxyOf('10.2.2.3:7233', env)).toBeDefined();
});

test.each(['http_proxy', 'https_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])(
  'with %s, a connection to a server on loopback reaches the server and not the proxy',
  async (name) => {
    const [proxy, server] = [await listen(), await listen()];
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    try {
      const options = serverOptions({ temporalAddress: `127.0.0.1:${server.port}`, temporalEmbedded: false });
      await expect(Connection.connect({ ...options, connectTimeout: '1s' })).rejects.toThrow('Failed to connect');
      expect(server.heard.join('')).toContain('PRI * HTTP/2.0');
      expect(proxy.heard).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  },
);
