/** Encodes and decodes the bytes of OpenSSH's PROTOCOL.mux and of the RFC 4254 messages that it carries in proxy mode. */

/** No message that we ask for is longer than this: a packet has at most 32 KiB of data and a header. */
const frameBytesMax = 256 * 1024;

export const encodeU32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const encodeString = (value: string | Buffer): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([encodeU32(bytes.length), bytes]);
};

/** Returns a frame: a length of four bytes, then the parts. Both protocols frame their messages in this way. */
export const encodeFrame = (...parts: readonly Buffer[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeU32(length), ...parts], length + 4);
};

/** Returns a message of the connection protocol: a padding length of zero, then the message type and its parts. */
export const encodeMessage = (type: number, ...parts: readonly Buffer[]): Buffer => encodeFrame(Buffer.from([0, type]), ...parts);

/** Cuts a stream into frames. Throws RangeError for a frame that is longer than any frame that we ask for. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes`);
      if (rest.length < 4 + length) break;
      frames.push(rest.subarray(4, 4 + length));
      rest = rest.subarray(4 + length);
    }
    this.#rest = rest;
    return frames;
  }
}

/** Reads the fields of a frame in their order. Throws RangeError when the frame ends in the middle of a field. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte = (): number => this.#bytes.readUInt8(this.#move(1));
  u32 = (): number => this.#bytes.readUInt32BE(this.#move(4));
  string = (): Buffer => {
    const length = this.u32();
    const from = this.#move(length);
    return this.#bytes.subarray(from, from + length);
  };

  #move(count: number): number {
    const from = this.#at;
    if (from + count > this.#bytes.length) throw new RangeError('a frame is too short');
    this.#at += count;
    return from;
  }
}
