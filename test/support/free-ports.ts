/**
 * Finds ports for servers that a test starts a moment later. The ports are below the range from which the kernel takes ports for outgoing
 * connections, so no connection can take a port before the server starts. Each test process holds a block of ports while it lives: it listens on the
 * block's first port. So no other test process can give the same port away, also not while a server of this process is down for a moment.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { isPortFree } from '../../src/system/port.ts';

const firstPort = 10_000;
const blockPorts = 100;

let block: Promise<number> | undefined;
let given = 0;

export async function freePorts(count: number): Promise<readonly number[]> {
  block ??= holdBlock();
  const first = (await block) + 1;
  const found: number[] = [];
  for (let tried = 1; found.length < count; tried += 1) {
    if (tried === blockPorts) throw new Error(`no ${count} free ports from ${first} on`);
    const port = first + (given++ % (blockPorts - 1));
    if (await isPortFree(port)) found.push(port);
  }
  return found;
}

export const freePort = async (): Promise<number> => (await freePorts(1))[0] ?? 0;

/** Returns the first port of the block that this process holds. The pid is where the search begins, so that processes seldom try the same block. */
async function holdBlock(): Promise<number> {
  const [ephemeral = 32_768] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const blocks = Math.floor((ephemeral - firstPort) / blockPorts);
  for (let tried = 0; tried < blocks; tried += 1) {
    const port = firstPort + blockPorts * ((process.pid + tried) % blocks);
    if (await hold(port)) return port;
  }
  throw new Error(`each of the ${blocks} blocks of ports is held by another process`);
}

/** Listens on the port until this process ends. Returns false when another process listens there. */
async function hold(port: number): Promise<boolean> {
  const server = createServer().unref();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}
