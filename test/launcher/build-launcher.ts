/**
 * Compiles the launcher into its own `dist`, with fake workers instead of the real ones. The tests start this launcher in the same way as `ringmaster
 * up` does.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as AskLauncher from '../../workers/launcher/socket/ask-launcher.ts';
import type * as Down from '../../workers/launcher/down.ts';
import type * as Up from '../../workers/launcher/up.ts';
import { repository } from '../support/repository.ts';

export const workerNames = ['ledger', 'gateway', 'control'] as const;
export const childNames = ['server', ...workerNames] as const;

export interface BuiltLauncher {
  readonly dist: string;
  readonly up: typeof Up.up;
  readonly down: typeof Down.down;
  readonly askStatus: typeof AskLauncher.askStatus;
  readonly remove: () => void;
}

/** A fake worker does what `<state>.behave-<name>` says. Without that file the worker has no faults. */
const fakeWorker = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
const state = process.argv[process.argv.indexOf('--state') + 1];
const name = basename(dirname(process.argv[1]));
const order = state + '.behave-' + name;
const behaviour = existsSync(order) ? readFileSync(order, 'utf8').trim() : 'good';
if (behaviour === 'exit') { console.error('the ' + name + ' cannot open its file'); process.exit(7); }
if (behaviour === 'litter') spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();
process.on('SIGTERM', () => process.exit(0));
if (behaviour !== 'never-ready') writeFileSync(join(state, 'run', name + '.ready'), process.pid + '\\n');
setInterval(() => writeFileSync(join(state, 'run', name + '.beat'), ''), 1000);
`;

export async function buildLauncher(): Promise<BuiltLauncher> {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-launcher-'));
  const dist = join(folder, 'dist');
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    rootDir: repository,
    outDir: dist,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    noCheck: true,
    types: ['node'],
    typeRoots: [join(repository, 'node_modules/@types')],
  };
  const files = ['main.ts', 'up.ts', 'down.ts', 'socket/ask-launcher.ts'].map((file) => join(repository, 'workers/launcher', file));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(repository, 'tsconfig.base.json'), compilerOptions, files }));
  execFileSync(join(repository, 'node_modules/.bin/tsc'), ['-p', folder], { stdio: 'inherit' });
  for (const name of workerNames) {
    mkdirSync(join(dist, 'workers', name), { recursive: true });
    writeFileSync(join(dist, 'workers', name, 'main.js'), fakeWorker);
  }
  const load = <Module>(file: string): Promise<Module> =>
    import(/* @vite-ignore */ pathToFileURL(join(dist, 'workers/launcher', file)).href) as Promise<Module>;
  const { up } = await load<typeof Up>('up.js');
  const { down } = await load<typeof Down>('down.js');
  const { askStatus } = await load<typeof AskLauncher>('socket/ask-launcher.js');
  return { dist, up, down, askStatus, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
