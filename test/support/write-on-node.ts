import type { Machine } from '../../src/transport/machine.ts';

const take = 'umask 077; mkdir -p "$(dirname "$1")" && cat >"$1"';

/** Writes a file into a folder of a node, as a job or an operator on the node would. */
export async function writeOnNode(machine: Machine, path: string, data: Buffer | string): Promise<void> {
  const { code, stderr } = await machine.run({ argv: ['sh', '-c', take, 'sh', path], stdin: data, timeoutMs: 20_000 });
  if (code !== 0) throw new Error(`cannot write ${path} on ${machine.node}: ${stderr}`);
}
