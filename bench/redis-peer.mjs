/**
 * A Redis server of our own on a socket in a temporary folder, and a client with the few commands that the benchmark of delivery needs. The server appends
 * each write to a file and brings the file to the disk each second: like our write-ahead log, it survives the death of its process.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Parses one reply at `at`. Returns the value and the place behind it, or undefined when the reply is not whole yet. */
function parse(buffer, at = 0) {
  const end = buffer.indexOf('\r\n', at);
  if (end === -1) return undefined;
  const [kind, text] = [String.fromCharCode(buffer[at]), buffer.toString('utf8', at + 1, end)];
  const next = end + 2;
  if (kind === '-') return { error: new Error(text), next };
  if (kind === ':' || kind === '+') return { value: kind === ':' ? Number(text) : text, next };
  const length = Number(text);
  if (length === -1) return { value: null, next };
  if (kind === '$')
    return buffer.length < next + length + 2 ? undefined : { value: buffer.toString('utf8', next, next + length), next: next + length + 2 };
  const list = [];
  let place = next;
  for (let k = 0; k < length; k += 1) {
    const one = parse(buffer, place);
    if (one === undefined) return undefined;
    list.push(one.value);
    place = one.next;
  }
  return { value: list, next: place };
}

/** Returns a client. `send` returns a promise of the reply, and commands that are sent together share a write. */
async function open(path) {
  const socket = connect(path);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let rest = Buffer.alloc(0);
  const waiting = [];
  socket.on('data', (part) => {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    let at = 0;
    for (let reply = parse(rest, at); reply !== undefined; reply = at < rest.length ? parse(rest, at) : undefined) {
      const { resolve, reject } = waiting.shift();
      if (reply.error === undefined) resolve(reply.value);
      else reject(reply.error);
      at = reply.next;
    }
    rest = rest.subarray(at);
  });
  const encode = (words) => `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('')}`;
  return {
    send: (...words) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(encode(words));
      }),
    sendAll: (commands) => {
      const replies = commands.map(() => new Promise((resolve, reject) => waiting.push({ resolve, reject })));
      socket.write(commands.map(encode).join(''));
      return Promise.all(replies);
    },
    close: () => socket.destroy(),
  };
}

/** Starts the server. Throws when `redis-server` is not installed. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-redis-'));
  const path = join(folder, 'redis.sock');
  const child = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', path, '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', () => resolve(new Error('redis-server ended')));
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries += 1) {
    const client = await open(path).catch(() => undefined);
    if (client !== undefined) {
      client.close();
      return { open: () => open(path), stop };
    }
    const failed = await Promise.race([ended, sleep(50)]);
    if (failed !== undefined) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`Cannot measure Redis because ${failed.message}; try apt-get install redis-server`);
    }
  }
  await stop();
  throw new Error('Cannot measure Redis because its server did not open its socket within 5 s');
}
