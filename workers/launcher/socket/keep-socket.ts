import { existsSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { launcherLimits } from '../../limits.ts';
import { makeSocketFolder } from './make-socket-folder.ts';

/**
 * Keeps the file of a socket of a state folder in place. Programs that clean temporary folders remove it while the server listens, and then no client finds the server.
 * `listen` opens a further server on the path. It returns undefined when another process has taken the path. Returns a function that closes the server.
 */
export function keepSocket(state: string, path: string, first: Server, listen: () => Promise<Server | undefined>): () => Promise<void> {
  let server = first;
  let isClosed = false;
  let work: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    if (isClosed || existsSync(path)) return;
    try {
      makeSocketFolder(state, dirname(path));
      // Node removes the file of a server that closes, so the old server closes first.
      await closeServer(server);
      server = (await listen()) ?? server;
    } catch {
      // The folder cannot be made at the moment. The next look tries again.
    }
  };
  const timer = setInterval(() => {
    work = work.then(renew);
  }, launcherLimits.socketLookMs);
  timer.unref();
  return async () => {
    isClosed = true;
    clearInterval(timer);
    await work;
    await closeServer(server);
  };
}

/** Closes the server. Clients that keep their side open get only a moment. */
const closeServer = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    setTimeout(done, launcherLimits.closeSocketMsMax).unref();
  });
