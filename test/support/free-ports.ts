/**
 * Finds ports for servers that a test starts a moment later. The ports are below the range from which the kernel takes ports for outgoing
 * connections, so no connection can take a port before the server starts. Each process has its own block of ports, so no other test file can take a
 * port either.
 */
import { readFileSync } from 'node:fs';
import { isPortFree } from '../../src/system/port.ts';

const firstPort = 10_000;
const blockPorts = 100;

let given = 0;

export async function freePorts(count: number): Promise<readonly number[]> {
  const [ephemeral = 32_768] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const block = firstPort + blockPorts * (process.pid % Math.floor((ephemeral - firstPort) / blockPorts));
  const found: number[] = [];
  for (let tried = 0; found.length < count; tried += 1) {
    if (tried === blockPorts) throw new Error(`no ${count} free ports from ${block} on`);
    const port = block + (given++ % blockPorts);
    if (await isPortFree(port)) found.push(port);
  }
  return found;
}

export const freePort = async (): Promise<number> => (await freePorts(1))[0] ?? 0;
