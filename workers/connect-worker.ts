import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { given } from '../src/base/given.ts';
import type { KeyRing } from '../src/contract/proof/key-ring.ts';
import { measuredConverter } from '../src/service/temporal/measured-converter.ts';
import { grpcProxyOf } from '../src/service/temporal/proxy.ts';
import { proofInterceptors } from '../src/service/temporal/proof-interceptors.ts';
import { serverOptions, type ServerTarget } from '../src/service/temporal/server-target.ts';
import { workerLimits } from './limits.ts';

/** Connects a worker to the server. Tries several times, because the server may be starting. */
export async function connectWorker(target: ServerTarget): Promise<NativeConnection> {
  const { address = target.temporalAddress, tls, apiKey, metadata } = serverOptions(target);
  // The gRPC of a worker reads no variables of the environment, so it would pass by the proxy that every other connection uses.
  const named = grpcProxyOf(target.temporalAddress);
  const proxy =
    named === undefined ? undefined : { type: 'http-connect' as const, targetHost: named.address, ...given({ basicAuth: named.basicAuth }) };
  const options = { address, ...given({ tls, metadata, proxy }), ...(typeof apiKey === 'string' ? { apiKey } : {}) };
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (tries >= workerLimits.connectTriesMax) throw error;
      await sleep(workerLimits.connectPauseMs);
    }
  }
}

/** Returns a client for a worker process. The client connects when it is first used. With `keys`, the client proves what it sends. */
export const openClient = (target: ServerTarget, namespace: string, keys: KeyRing | undefined): Client =>
  new Client({
    connection: Connection.lazy(serverOptions(target)),
    namespace,
    dataConverter: measuredConverter,
    ...(keys === undefined ? {} : { interceptors: proofInterceptors(keys) }),
  });
