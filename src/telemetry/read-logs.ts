/** Reads the records of all processes of a state folder, for `ringmaster logs`. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type LogRecord, parseLogLine } from '../domain/cluster/log-record.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { logReadBytesMax } from './limits.ts';

const recordFile = /^[\w-]+\.jsonl(?:\.\d{4}-[\dT.-]+Z-\d+-\d+)?$/;

/**
 * How far each file has been read. The key is its inode with the time of its birth, because a file is renamed while it is read, and a new file can have the
 * inode of a file that was removed.
 */
type Read = Map<string, { readonly end: number; readonly rest: Buffer }>;

const beginning = { end: 0, rest: Buffer.alloc(0) };

/** Reads the records that were added since the last call, the oldest first. The first call reads the end of each file. */
export class LogReader {
  readonly #folder: string;
  readonly #read: Read = new Map();

  constructor(state: string) {
    this.#folder = statePaths(state).logs;
  }

  next(): readonly LogRecord[] {
    const seen = new Set<string>();
    const records = this.#names().flatMap((name) => this.#nextOf(join(this.#folder, name), seen));
    for (const key of this.#read.keys()) if (!seen.has(key)) this.#read.delete(key);
    return records.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((name) => recordFile.test(name));
    } catch {
      return []; // Nothing was logged yet.
    }
  }

  #nextOf(file: string, seen: Set<string>): readonly LogRecord[] {
    let handle: number;
    try {
      handle = openSync(file, 'r');
    } catch {
      return []; // The file was removed meanwhile.
    }
    try {
      const found = fstatSync(handle, { bigint: true });
      const [key, size] = [`${found.ino} ${found.birthtimeNs}`, Number(found.size)];
      seen.add(key);
      const known = this.#read.get(key) ?? { ...beginning, end: Math.max(0, size - logReadBytesMax) };
      // A file system without times of birth can give the inode of a removed file to a new one, which is smaller.
      const before = size < known.end ? beginning : known;
      if (size <= before.end) return [];
      const bytes = Buffer.alloc(Math.min(size - before.end, logReadBytesMax));
      const count = readSync(handle, bytes, 0, bytes.length, before.end);
      const all = Buffer.concat([before.rest, bytes.subarray(0, count)]);
      const last = all.lastIndexOf(0x0a) + 1;
      this.#read.set(key, { end: before.end + count, rest: all.subarray(last) });
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
