import { accessSync, constants, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytes } from '../../service/say.ts';
import type { NodeConfig, RunningCluster } from '../../domain/cluster/cluster.ts';
import type { RuntimeFault } from '../../service/launcher/launcher-commands.ts';
import type { Context } from '../context/context.ts';
import { findSystemProgram } from '../../system/find-program.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';
import { fault, guarded, ok, skipped, warn, type Check } from './check.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import { diskFreeBytesMin } from '../../domain/limits.ts';

/** The programs that this machine needs. The ones for practice alone are used by practice nodes only. */
const programs: readonly Program[] = [
  { name: 'ssh', package: 'openssh-client' },
  { name: 'rsync', package: 'rsync' },
  { name: 'flock', package: 'util-linux' },
  { name: 'sshd', package: 'openssh-server', isForPractice: true },
];

interface Program {
  readonly name: string;
  readonly package: string;
  readonly isForPractice?: true;
}

/** Returns checks of whether this machine has what Ringmaster needs before anything can run. */
export async function machineChecks(context: Context, state: string | undefined, running: RunningCluster | undefined): Promise<readonly Check[]> {
  return [
    await guarded('node', async () => runtimeCheck('node', await context.launcher.nodeFault(), process.version)),
    await guarded('addons', async () => runtimeCheck('addons', await context.launcher.addonFault(), 'this Node loads them')),
    await guarded('build', async () =>
      (await context.launcher.isBuilt())
        ? ok('build', 'dist is what the sources say')
        : fault('build', 'the sources are newer than dist', 'npm run build'),
    ),
    await temporalServer(context, running),
    ...programs.map((program) => programOnPath(program, context.env, running)),
    ...(state === undefined ? [] : [await guarded('state folder', () => stateFolderCheck(state))]),
    clock(context.nowMs()),
  ];
}

const runtimeCheck = (name: string, found: RuntimeFault | undefined, good: string): Check =>
  found === undefined ? ok(name, good) : fault(name, found.because, found.cure);

async function temporalServer({ launcher }: Context, running: RunningCluster | undefined): Promise<Check> {
  try {
    return ok('temporal', await launcher.findServer({ running }));
  } catch (error) {
    return fault('temporal', sentenceOf(asVerbFailure(error)), 'npm start, which fetches one; or install the Temporal CLI; or set TEMPORAL_ADDRESS');
  }
}

function programOnPath(program: Program, env: NodeJS.ProcessEnv, running: RunningCluster | undefined): Check {
  const found = findSystemProgram(program.name, env['PATH'] ?? '');
  return found === undefined ? missingProgram(program, running?.config.nodes) : ok(program.name, found);
}

/** Returns the check of a program that this machine lacks. `nodes` is undefined before a cluster was started: the first example has practice nodes. */
export function missingProgram({ name, package: from, isForPractice }: Program, nodes: readonly Pick<NodeConfig, 'practice'>[] | undefined): Check {
  const install = `apt-get install ${from}`;
  if (isForPractice !== true || nodes?.some(({ practice }) => practice !== undefined) === true) return fault(name, 'not on this machine', install);
  const detail = 'not on this machine; only practice nodes need it';
  return nodes === undefined ? warn(name, detail, install) : skipped(name, `${detail}, and the cluster has none`);
}

function stateFolderCheck(state: string): Check {
  const name = 'state folder';
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    accessSync(state, constants.W_OK);
  } catch (error) {
    return fault(
      name,
      `${state} cannot be written to (${(error as NodeJS.ErrnoException).code})`,
      `a folder you own: --state FOLDER, or chown of ${state}`,
    );
  }
  const { bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  return free < diskFreeBytesMin
    ? fault(name, `${state}: ${bytes(free)} free`, 'freeing at least 1 GiB on that disk')
    : ok(name, `${state}, ${bytes(free)} free`);
}

/** Checks the clock. If the clock is behind the time stamps of Ringmaster's own files, the clock is wrong, and all timers and ages are wrong too. */
function clock(nowMs: number): Check {
  const built = statSync(join(dirname(fileURLToPath(import.meta.url)), 'machine-checks.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const text = new Date(nowMs).toISOString();
  return built > nowMs + 1000
    ? warn('clock', `${text} is before the build was made`, 'setting the clock: timedatectl set-ntp true')
    : ok('clock', text);
}
