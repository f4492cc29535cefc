import type { FastifyInstance } from 'fastify';
import { explainId } from '../../service/explain/explain.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { metricsText } from './metrics.ts';
import { frontPage } from './page.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';

/** Answers about the cluster as a whole, and `explain`. */
export function addWhole(server: FastifyInstance, reads: ClusterReads, nowMs: () => number): void {
  const startedAtMs = nowMs();
  server.get('/', async (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(frontPage(await reads.status(), nowMs())),
  );
  /** Alive: this process answers. It says nothing about what it depends on. */
  server.get('/health', () => ({ status: 'ok', pid: process.pid, uptimeSeconds: Math.floor((nowMs() - startedAtMs) / 1000) }));
  server.get('/ready', async (_, reply) => {
    const { ready, reasons } = await reads.isReady();
    return reply.code(ready ? 200 : 503).send({ ready, reasons });
  });
  server.get('/status', async () => {
    const status = await reads.status();
    return { ...status, ageMs: Math.max(0, nowMs() - status.readAtMs) };
  });
  server.get('/metrics', async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(await reads.status(), nowMs())));
  server.get<{ Params: { '*': string } }>('/explain/*', async (request) => {
    const id = request.params['*'];
    const answer = await explainId(id, reads, nowMs());
    if (answer === undefined) {
      throw new RingmasterError('http.not-found', {
        cannot: `explain ${id}`,
        because: 'nothing in this cluster has this id',
        hint: { run: 'bin/ringmaster status', get: '/status' },
      });
    }
    return answer;
  });
  server.get('/ledgers', async () => (await reads.ledgers?.()) ?? []);
}
