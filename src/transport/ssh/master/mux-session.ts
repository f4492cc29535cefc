import { connectFailed, type Session, type SessionEvents } from '../link/link.ts';
import { messageType } from './message-type.ts';
import { encodeMessage, encodeString, encodeU32, type Reader } from './mux-wire.ts';

/** The number of bytes that the server may send before we extend its window. We extend the window whenever half of it is used. */
const windowBytes = 2 * 1024 * 1024;
const packetBytesMax = 32 * 1024;
/** SSH_EXTENDED_DATA_STDERR. */
const standardError = 1;

interface Parts {
  /** Our number for the channel on this socket. The server has its own number for the channel. */
  readonly channel: number;
  readonly command: string;
  /** Variables for the command. The server ignores those that it does not accept. */
  readonly env: Readonly<Record<string, string>>;
  readonly events: SessionEvents;
  readonly send: (bytes: Buffer) => void;
  readonly resolve: (outcome: Session | 'full') => void;
  readonly reject: (error: Error) => void;
}

/**
 * One channel that runs one command.
 *
 * opening → (the server confirms the channel) requested → (the server accepts `exec`) running → (both sides sent close) closed
 *
 * Before the channel is running, the session resolves or rejects the caller's promise: it resolves with `full` when the server has no session free,
 * and rejects when the server refuses the command. Once the channel is running, the session only calls `events`. Standard input is sent only as far
 * as the server's window allows.
 */
export class MuxSession implements Session {
  readonly #parts: Parts;
  #remote = 0;
  #window = 0;
  #packetBytes = 0;
  #taken = 0;
  #stdin: Buffer = Buffer.alloc(0);
  #stdinEnds = false;
  #eofSent = false;
  #closeSent = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  begin(): void {
    const { channel, send } = this.#parts;
    send(encodeMessage(messageType.channelOpen, encodeString('session'), encodeU32(channel), encodeU32(windowBytes), encodeU32(packetBytesMax)));
  }

  end(stdin: Buffer | string): void {
    this.#stdin = typeof stdin === 'string' ? Buffer.from(stdin, 'utf8') : stdin;
    this.#stdinEnds = true;
    this.#sendStdin();
  }

  close(): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    this.#send(messageType.close);
  }

  /**
   * Called when the connection has ended. Rejects the caller's promise if the channel is not running yet. The owner of a running session learns of
   * the end by the link's `onEnded`.
   */
  lose(): void {
    this.#parts.reject(new Error('the connection was lost'));
  }

  receive(type: number, reader: Reader): 'open' | 'closed' {
    const { events, resolve, reject, command, env } = this.#parts;
    switch (type) {
      case messageType.channelOpenConfirmation:
        this.#remote = reader.u32();
        this.#window = reader.u32();
        this.#packetBytes = reader.u32();
        for (const [name, value] of Object.entries(env))
          this.#send(messageType.channelRequest, encodeString('env'), Buffer.from([0]), encodeString(name), encodeString(value));
        this.#send(messageType.channelRequest, encodeString('exec'), Buffer.from([1]), encodeString(command));
        return 'open';
      case messageType.channelOpenFailure: {
        const reason = reader.u32();
        if (reason === connectFailed) resolve('full');
        else reject(new Error(`the server opens no session (${reason}: ${reader.string().toString('utf8')})`));
        return 'closed';
      }
      case messageType.channelSuccess:
        resolve(this);
        return 'open';
      case messageType.channelFailure:
        reject(new Error('the server runs no command'));
        this.close();
        return 'open';
      case messageType.windowAdjust:
        this.#window += reader.u32();
        this.#sendStdin();
        return 'open';
      case messageType.data:
        this.#deliver(events.stdout, reader.string());
        return 'open';
      case messageType.extendedData:
        this.#deliver(reader.u32() === standardError ? events.stderr : () => undefined, reader.string());
        return 'open';
      case messageType.channelRequest:
        this.#receiveRequest(reader);
        return 'open';
      case messageType.close:
        this.close();
        reject(new Error('the server closed the session'));
        events.closed();
        return 'closed';
      default:
        return 'open'; // The server's end of output. Its close follows.
    }
  }

  #deliver(to: (chunk: Buffer) => void, bytes: Buffer): void {
    to(bytes);
    this.#taken += bytes.length;
    if (this.#taken < windowBytes / 2) return;
    this.#send(messageType.windowAdjust, encodeU32(this.#taken));
    this.#taken = 0;
  }

  #receiveRequest(reader: Reader): void {
    const name = reader.string().toString('utf8');
    const wantsReply = reader.byte() !== 0;
    if (name === 'exit-status') this.#parts.events.exit({ code: reader.u32(), signal: null });
    else if (name === 'exit-signal') this.#parts.events.exit({ code: null, signal: `SIG${reader.string().toString('utf8')}` });
    else if (wantsReply) this.#send(messageType.channelFailure);
  }

  #sendStdin(): void {
    while (this.#stdin.length > 0 && this.#window > 0 && !this.#closeSent) {
      const part = this.#stdin.subarray(0, Math.min(this.#window, this.#packetBytes, this.#stdin.length));
      this.#stdin = this.#stdin.subarray(part.length);
      this.#window -= part.length;
      this.#send(messageType.data, encodeString(part));
    }
    if (this.#stdin.length > 0 || !this.#stdinEnds || this.#eofSent || this.#closeSent) return;
    this.#eofSent = true;
    this.#send(messageType.eof);
  }

  #send(type: number, ...parts: readonly Buffer[]): void {
    this.#parts.send(encodeMessage(type, encodeU32(this.#remote), ...parts));
  }
}
