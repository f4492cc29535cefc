import { connect } from 'node:net';
import { listenHere } from './listen-here.ts';

/** Starts a TCP server that passes each connection on to a port of this machine after a wait, as a slow host does. Returns its port. */
export const slowDoor = (port: number, waitMs: number): Promise<number> =>
  listenHere((near) => {
    near.pause();
    setTimeout(() => {
      const far = connect({ host: '127.0.0.1', port }).on('error', () => undefined);
      near.on('close', () => far.destroy());
      if (near.destroyed) far.destroy();
      near.pipe(far).pipe(near);
    }, waitMs);
  });
