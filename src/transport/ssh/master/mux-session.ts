import type { Session, SessionEvents } from '../link/link.ts';
import { number } from './message-number.ts';
import { message, type Reader, string, u32 } from './mux-wire.ts';

/** What the server may send before we say more; said again at half of it. */
const windowBytes = 2 * 1024 * 1024;
const packetBytesMax = 32 * 1024;
/** SSH_OPEN_CONNECT_FAILED: how sshd says that MaxSessions is reached. */
const reasonFull = 2;
const standardError = 1;

interface Parts {
  /** Ours, on this socket. */
  readonly channel: number;
  readonly command: string;
  readonly events: SessionEvents;
  readonly send: (bytes: Buffer) => void;
  readonly answer: (outcome: Session | 'full') => void;
  readonly refuse: (error: Error) => void;
}

/**
 * One channel. opening → (confirmed) asked → (exec accepted) running → (both have said close) closed. Refused at any step before `running`, it answers
 * `full` or an error; after that only events tell. Standard input keeps to the server's window.
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
    send(message(number.channelOpen, string('session'), u32(channel), u32(windowBytes), u32(packetBytesMax)));
  }

  end(stdin: Buffer | string): void {
    this.#stdin = typeof stdin === 'string' ? Buffer.from(stdin, 'utf8') : stdin;
    this.#stdinEnds = true;
    this.#pump();
  }

  close(): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    this.#send(number.close);
  }

  /** The connection is gone. Whoever has a session hears it from `whenGone`. */
  lose(): void {
    this.#parts.refuse(new Error('the connection was lost'));
  }

  take(type: number, reader: Reader): 'open' | 'closed' {
    const { events, answer, refuse, command } = this.#parts;
    switch (type) {
      case number.channelOpenConfirmation:
        this.#remote = reader.u32();
        this.#window = reader.u32();
        this.#packetBytes = reader.u32();
        this.#send(number.channelRequest, string('exec'), Buffer.from([1]), string(command));
        return 'open';
      case number.channelOpenFailure: {
        const reason = reader.u32();
        if (reason === reasonFull) answer('full');
        else refuse(new Error(`the server opens no session (${reason}: ${reader.string().toString('utf8')})`));
        return 'closed';
      }
      case number.channelSuccess:
        answer(this);
        return 'open';
      case number.channelFailure:
        refuse(new Error('the server runs no command'));
        this.close();
        return 'open';
      case number.windowAdjust:
        this.#window += reader.u32();
        this.#pump();
        return 'open';
      case number.data:
        this.#hand(events.stdout, reader.string());
        return 'open';
      case number.extendedData:
        this.#hand(reader.u32() === standardError ? events.stderr : () => undefined, reader.string());
        return 'open';
      case number.channelRequest:
        this.#request(reader);
        return 'open';
      case number.close:
        this.close();
        refuse(new Error('the server closed the session'));
        events.closed();
        return 'closed';
      default:
        return 'open'; // The server's end of output: close tells the rest.
    }
  }

  #hand(to: (chunk: Buffer) => void, bytes: Buffer): void {
    to(bytes);
    this.#taken += bytes.length;
    if (this.#taken < windowBytes / 2) return;
    this.#send(number.windowAdjust, u32(this.#taken));
    this.#taken = 0;
  }

  #request(reader: Reader): void {
    const what = reader.string().toString('utf8');
    const wantsAnswer = reader.byte() !== 0;
    if (what === 'exit-status') this.#parts.events.exit({ code: reader.u32(), signal: null });
    else if (what === 'exit-signal') this.#parts.events.exit({ code: null, signal: `SIG${reader.string().toString('utf8')}` });
    else if (wantsAnswer) this.#send(number.channelFailure);
  }

  #pump(): void {
    while (this.#stdin.length > 0 && this.#window > 0 && !this.#closeSent) {
      const part = this.#stdin.subarray(0, Math.min(this.#window, this.#packetBytes, this.#stdin.length));
      this.#stdin = this.#stdin.subarray(part.length);
      this.#window -= part.length;
      this.#send(number.data, string(part));
    }
    if (this.#stdin.length > 0 || !this.#stdinEnds || this.#eofSent || this.#closeSent) return;
    this.#eofSent = true;
    this.#send(number.eof);
  }

  #send(type: number, ...parts: readonly Buffer[]): void {
    this.#parts.send(message(type, u32(this.#remote), ...parts));
  }
}
