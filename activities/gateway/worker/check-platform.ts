import { clusterKey } from '../../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { isAtLeast } from '../../../src/domain/node/node-version.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { nodeCommandLimits } from '../../limits.ts';

/** The packages of the worker. The SDK has its native core for Linux with glibc only. */
export interface WorkerPackages {
  /** The architectures, as Node.js names them. */
  readonly arches: readonly string[];
  /** Returns the oldest glibc that the core of an architecture loads with. */
  glibcMin: (arch: string) => Promise<string>;
  /** Makes the package of an architecture, unless it is there, and returns its folder. */
  pack: (arch: string) => Promise<string>;
}

/** Without the network, a report of Node.js asks no name server. A Node.js that is built for musl has no version of glibc. */
const facts = `process.report.excludeNetwork=true;console.log(JSON.stringify({platform:process.platform,arch:process.arch,glibc:process.report.getReport().header.glibcVersionRuntime}))`;

/** Returns the architecture of the node, if a package for the node exists. Throws `worker.platform` if none does. */
export async function checkPlatform(machine: Machine, program: string, packages: WorkerPackages): Promise<string> {
  const asked = await machine.run({ argv: [program, '-e', facts], timeoutMs: nodeCommandLimits.findNodeMsMax });
  const { platform, arch, glibc } = read(asked.stdout);
  const [known] = packages.arches;
  const least = await packages.glibcMin(packages.arches.includes(arch) ? arch : (known ?? arch));
  if (platform === 'linux' && packages.arches.includes(arch) && glibc !== undefined && isAtLeast(glibc, least)) return arch;
  throw new RingmasterError('worker.platform', {
    cannot: `start the worker on ${machine.node}`,
    because: `it needs Linux with glibc ${least} or newer on ${packages.arches.join(' or ')}, and the node has ${platform} on ${arch} with ${glibc === undefined ? 'no glibc (musl)' : `glibc ${glibc}`}`,
    hint: { say: `${clusterKey('worker')} none for the node, so that everything is done over SSH` },
    fields: { node: machine.node, platform, arch, glibc: glibc ?? 'none' },
  });
}

function read(text: string): { readonly platform: string; readonly arch: string; readonly glibc?: string } {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as { platform: string; arch: string; glibc?: string };
  } catch {
    return { platform: 'an unknown system', arch: 'an unknown processor' };
  }
}
