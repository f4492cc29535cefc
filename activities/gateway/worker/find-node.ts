import { clusterKey } from '../../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { bestNode, type FoundNode } from '../../../src/domain/node/node-version.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { programs } from '../../../src/transport/script/programs.ts';
import { nodeCommandLimits } from '../../limits.ts';

/** Finds Node.js on a node. `named` is the path of the cluster file. Throws `worker.no-node` or `worker.old-node`. */
export async function findNode(machine: Machine, named: string | undefined, range: string): Promise<FoundNode> {
  const looked = await machine.run({ argv: ['sh', '-c', programs.findNode, 'sh', named ?? ''], timeoutMs: nodeCommandLimits.findNodeMsMax });
  const found = looked.stdout.split('\n').flatMap((line): FoundNode[] => {
    const [, version, where, path] = /^(\S+) (first|usual) (\/.*)$/.exec(line) ?? [];
    return version === undefined || path === undefined ? [] : [{ version, path, isFirst: where === 'first' }];
  });
  const best = bestNode(found, range);
  if (best !== undefined) return best;
  const old = found.filter(({ version }) => version !== '-');
  const where =
    named ??
    `the PATH of a login without a terminal (${looked.stderr.trim()}) and the usual folders (/usr/local, /opt, ~/.nvm, ~/.volta, fnm, mise, asdf, nodenv, conda)`;
  const because =
    old.length > 0
      ? `its Node.js is too old (${old
          .map(({ version, path }) => `${version} at ${path}`)
          .slice(0, 3)
          .join(', ')}), and the worker needs ${range}`
      : found.length > 0
        ? `${found[0]?.path} prints no version of Node.js`
        : named === undefined
          ? `Node.js was looked for and not found in ${where}`
          : `${named} is no program there`;
  throw new RingmasterError(old.length > 0 ? 'worker.old-node' : 'worker.no-node', {
    cannot: `start the worker on ${machine.node}`,
    because,
    hint: { say: `installing Node.js ${range} there, naming its path by ${clusterKey('nodeProgram')} of the node, or ${clusterKey('worker')} none` },
    fields: { node: machine.node, range },
  });
}
