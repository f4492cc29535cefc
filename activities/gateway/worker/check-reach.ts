import { clusterKey } from '../../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { nodeCommandLimits } from '../../limits.ts';

/**
 * Connects to an address from the node and prints `ok` or the reason. A server without TLS must also begin to speak HTTP/2, as a Temporal server does:
 * a port can belong to another program.
 */
const attempt = `const [address,speaks,ms]=process.argv.slice(1);const i=address.lastIndexOf(':');
const host=address.slice(0,i).replace(/^\\[|\\]$/g,''),port=Number(address.slice(i+1));let seen='no answer';
const end=(text)=>{console.log(text);process.exit(0)};setTimeout(()=>end(seen),Number(ms));
const s=require('net').connect({host,port},()=>{seen='it accepts a connection and speaks no HTTP/2';if(speaks!=='h2')return end('ok');
s.destroy();const h=require('http2').connect('http://'+(host.includes(':')?'['+host+']':host)+':'+port);
h.on('remoteSettings',()=>end('ok'));h.on('error',()=>end(seen))});
s.on('error',(e)=>end(e.code||e.message))`;

/** Checks from the node that the server can be reached at an address. Throws `worker.server-unreachable`. */
export async function checkReach(machine: Machine, program: string, address: string, isServerOwn: boolean): Promise<void> {
  const argv = [program, '-e', attempt, address, isServerOwn ? 'h2' : 'tcp', String(nodeCommandLimits.reachMsMax)];
  const asked = await machine.run({ argv, timeoutMs: nodeCommandLimits.findNodeMsMax });
  const said = asked.stdout.trim().split('\n').at(-1) || asked.stderr.trim().slice(-200);
  if (said === 'ok') return;
  throw new RingmasterError('worker.server-unreachable', {
    cannot: `start the worker on ${machine.node}`,
    because: `from that node the Temporal server does not answer at ${address} (${said})`,
    hint: {
      say: `an address in ${clusterKey('temporal.reachableAs')} (or ${clusterKey('reachableAs')} of the node) at which the node reaches the server, or neither key, so that a tunnel is used`,
    },
    fields: { node: machine.node, address },
  });
}
