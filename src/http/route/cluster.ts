import { given } from '../../base/given.ts';
import type { EventStats } from '../../domain/event/event.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';
import type { Handlers } from '../handler.ts';
import { frontPage } from './page.ts';

/** The routes about the cluster as a whole and about this server. */
export const clusterHandlers = {
  page: async ({ reads, nowMs }) => frontPage(await reads.status(), nowMs),
  status: async ({ reads, nowMs }) => {
    const status = await reads.status();
    return { ...status, ageMs: Math.max(0, nowMs - status.readAtMs) };
  },
  syncs: async ({ reads }) => (await reads.status()).recentSyncs,
  ledgers: async ({ reads }) => (await reads.ledgers?.()) ?? [],
  // The library is loaded only on request, like the document below.
  metrics: async ({ reads, nowMs }) => {
    const { metricsText } = await import('../metrics/metrics-text.ts');
    return metricsText({ status: await reads.status(), ...given({ events: await eventsOf(reads) }), nowMs }, (await reads.processMetrics?.()) ?? []);
  },
  health: ({ nowMs, startedAtMs }) => ({ status: 'ok', pid: process.pid, uptimeSeconds: Math.floor((nowMs - startedAtMs) / 1000) }),
  ready: async ({ reads, otherwise }) => {
    const { ready, reasons } = await reads.isReady();
    if (!ready) otherwise();
    return { ready, reasons };
  },
  live: () => ({ status: 'ok' as const }),
  healthReady: async ({ reads, otherwise }) => {
    const [{ ready, reasons }, daemons] = await Promise.all([reads.isReady(), reads.daemons()]);
    if (!ready) otherwise();
    return { status: ready ? 'ready' : 'not ready', daemons: Object.fromEntries(daemons.map(({ id, state }) => [id, state])), reasons };
  },
  // The document is loaded only on request. Few clients need it, and loading its schemas would slow control's start.
  openapi: async () => (await import('../openapi/document.ts')).openApiDocument(),
} satisfies Partial<Handlers>;

/** Returns nothing while the event log cannot be read. The watch `events` of the same metrics says so. */
async function eventsOf(reads: ClusterReads): Promise<EventStats | undefined> {
  try {
    return await reads.eventStats();
  } catch {
    return undefined;
  }
}
