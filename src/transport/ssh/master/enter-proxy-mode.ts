import { connect, type Socket } from 'node:net';
import { RingmasterError } from '../../../domain/failure/failure.ts';
import { encodeFrame, encodeU32, Frames, Reader } from './mux-wire.ts';

/** PROTOCOL.mux */
const hello = 0x1;
const version = 4;
const wantProxy = 0x1000000f;
const isProxy = 0x8000000f;
const handshakeMsMax = 5_000;

/** Opens the master's socket and asks for proxy mode (OpenSSH 7.4): from then on the socket carries the messages of RFC 4254, not encrypted. */
export function enterProxyMode(node: string, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const frames = new Frames();
    const fail = (because: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      const more = cause === undefined ? {} : { cause };
      const hint = 'an OpenSSH client of version 7.4 or later here';
      reject(new RingmasterError('transport.unreachable', { cannot: `connect to node ${node}`, because, hint, fields: { node }, ...more }));
    };
    const timer = setTimeout(() => fail(`the master of ssh did not answer within ${handshakeMsMax} ms`), handshakeMsMax);
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
          } else fail(`the master of ssh knows no proxy mode (it answered ${type.toString(16)})`);
        }
      } catch (error) {
        fail('the master of ssh speaks another protocol', error);
      }
    };
    socket.on('data', listen);
    socket.once('close', closed);
    // Stays for life: 'close' follows and tells the rest.
    socket.on('error', (error) => fail(`the socket of ssh's master failed (${error.message})`, error));
  });
}
