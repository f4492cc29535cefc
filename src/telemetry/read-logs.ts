/** Reads the records of all processes of a state folder, for `ringmaster logs`. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type LogRecord, parseLogLine } from '../domain/cluster/log-record.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { logReadBytesMax } from './limits.ts';

const recordFile = /^\w+\.jsonl(?:\.\d{4}-.*)?$/;

/** How far each file has been read. The key is the inode, because a file is renamed while it is read. */
type Read = Map<number, { readonly end: number; readonly rest: Buffer }>;

/** Reads the records that were added since the last call, the oldest first. The first call reads the end of each file. */
export class LogReader {
  readonly #folder: string;
  readonly #read: Read = new Map();

  constructor(state: string) {
    this.#folder = statePaths(state).logs;
  }

  next(): readonly LogRecord[] {
    const records = this.#names().flatMap((name) => this.#nextOf(join(this.#folder, name)));
    return records.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((name) => recordFile.test(name));
    } catch {
      return []; // Nothing was logged yet.
    }
  }

  #nextOf(file: string): readonly LogRecord[] {
    let handle: number;
    try {
      handle = openSync(file, 'r');
    } catch {
      return []; // The file was removed meanwhile.
    }
    try {
      const { ino, size } = fstatSync(handle);
      const before = this.#read.get(ino) ?? { end: Math.max(0, size - logReadBytesMax), rest: Buffer.alloc(0) };
      if (size <= before.end) return [];
      const bytes = Buffer.alloc(Math.min(size - before.end, logReadBytesMax));
      const count = readSync(handle, bytes, 0, bytes.length, before.end);
      const all = Buffer.concat([before.rest, bytes.subarray(0, count)]);
      const last = all.lastIndexOf(0x0a) + 1;
      this.#read.set(ino, { end: before.end + count, rest: all.subarray(last) });
      return all
        .subarray(0, last)
        .toString('utf8')
        .split('\n')
        .flatMap((line) => parseLogLine(line) ?? []);
    } finally {
      closeSync(handle);
    }
  }
}
