import { connect, type Socket } from 'node:net';
import { given } from '../../../base/given.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { sshLimits } from '../../limits.ts';
import { encodeFrame, encodeU32, Frames, Reader } from './mux-wire.ts';

/** Message types of OpenSSH's PROTOCOL.mux. */
const hello = 0x1;
const version = 4;
const wantProxy = 0x1000000f;
const isProxy = 0x8000000f;

/**
 * Opens the master's socket, enters proxy mode (OpenSSH 7.4 or later) and returns the socket. From then on the socket carries the messages of RFC
 * 4254 without encryption.
 */
export function enterProxyMode(node: string, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const frames = new Frames();
    const fail = (because: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      const hint = { say: 'installing OpenSSH 7.4 or later on this machine' };
      reject(
        new RingmasterError('transport.unreachable', { cannot: `connect to node ${node}`, because, hint, fields: { node }, ...given({ cause }) }),
      );
    };
    const timer = setTimeout(
      () => fail(`the master of ssh did not answer within ${sshLimits.proxyHandshakeMsMax} ms`),
      sshLimits.proxyHandshakeMsMax,
    );
    const closed = (): void => fail('the master of ssh closed its socket');
    const listen = (chunk: Buffer): void => {
      try {
        for (const bytes of frames.take(chunk)) {
          const type = new Reader(bytes).u32();
          if (type === hello)
            socket.write(Buffer.concat([encodeFrame(encodeU32(hello), encodeU32(version)), encodeFrame(encodeU32(wantProxy), encodeU32(0))]));
          else if (type === isProxy) {
            clearTimeout(timer);
            socket.off('data', listen).off('close', closed);
            resolve(socket);
          } else fail(`the master of ssh does not support proxy mode (it sent message ${type.toString(16)})`);
        }
      } catch (error) {
        fail('the master of ssh speaks another protocol', error);
      }
    };
    socket.on('data', listen);
    socket.once('close', closed);
    // This listener stays for the life of the socket: an 'error' without a listener would end the process. 'close' always follows an 'error'.
    socket.on('error', (error) => fail(`the socket of ssh's master failed (${error.message})`, error));
  });
}
