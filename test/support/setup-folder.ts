/**
 * Makes a small checkout that a test really sets up. The checkout has the real scripts, the real table of rooms, the real lock file, and one module
 * in each room. The checkout's node_modules is a link to the real folder, so nothing is installed. The environment is bare, so the developer's PATH
 * and variables cannot change the result.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from './repository.ts';
import { isRoot } from './root.ts';

export interface SetupRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Variables = Readonly<Record<string, string>>;

/** A set-up that builds takes 2 s on an idle machine. */
const runMsMax = 90_000;

export class SetupFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'ringmaster-setup-'));
  readonly checkout = join(this.root, 'checkout');
  readonly bin = join(this.root, 'bin');
  readonly cache = join(this.root, 'cache');

  constructor() {
    chmodSync(this.root, 0o755);
    for (const folder of [this.checkout, this.bin, this.cache]) mkdirSync(folder);
    for (const file of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.base.json']) {
      cpSync(join(repository, file), join(this.checkout, file), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(this.checkout, 'node_modules'));
    for (const room of [...this.#listFrom('rooms.mjs', 'Object.keys(m.rooms)'), 'test']) this.write(`${room}/thing.ts`, 'export const here = 1;\n');
    this.write('workflows/index.ts', 'export async function nothing(): Promise<void> {}\n');
    for (const name of this.#listFrom('isolate-interceptors.mjs', 'm.isolateInterceptors'))
      this.write(`workflows/isolate/${name}.ts`, 'export const interceptors = (): object => ({});\n');
    this.write('src/cli/status/quick-status.ts', 'export const quickStatus = (): undefined => undefined;\n');
    for (const name of this.#listFrom('bundle-processes.mjs', 'm.programs'))
      this.write(`${name}.ts`, 'export const program = (): undefined => undefined;\n');
    this.write('workers/node/main.ts', 'export const worker = (): undefined => undefined;\n');
    execFileSync(process.execPath, ['scripts/write-rooms.mjs'], { cwd: this.checkout });
    for (const name of this.#listFrom('setup/programs-part.mjs', 'Object.keys(m.packagesOf({ forTests: true }))')) this.program(name, 'exit 0');
    this.program('promtool', 'exit 0');
    for (const name of ['env', 'sh', 'tar', 'gzip', 'sleep'])
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(this.bin, name));
  }

  /** Returns a list that a script of the checkout exports. `expression` reads it from the module `m`. */
  #listFrom(script: string, expression: string): readonly string[] {
    const print = `import('./scripts/${script}').then((m) => console.log((${expression}).join()))`;
    return execFileSync(process.execPath, ['-e', print], { cwd: this.checkout, encoding: 'utf8' }).trim().split(',');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.checkout, path)), { recursive: true });
    writeFileSync(join(this.checkout, path), text);
  }

  /** Writes a shell script as a program. PATH contains only the folder of these programs. */
  program(name: string, script: string): string {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  }

  removeProgram(name: string): void {
    rmSync(join(this.bin, name));
  }

  /** Makes a fake Temporal CLI that only prints its version. Set-up needs nothing else from the CLI. */
  temporal(server = '1.32.0'): string {
    return this.program('temporal', `echo "temporal version 1.9.1 (Server ${server}, UI 2.54.1)"`);
  }

  run(args: readonly string[] = [], variables: Variables = {}): SetupRun {
    return this.as([], args, variables);
  }

  /** Runs set-up as an ordinary user (id 65534) who cannot become root. */
  runAsNobody(variables: Variables = {}): SetupRun {
    if (isRoot) execFileSync('chown', ['-RP', '65534:65534', this.checkout]);
    return this.as(isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [], [], variables);
  }

  start(variables: Variables = {}): Promise<SetupRun> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['scripts/setup.mjs'], {
        cwd: this.checkout,
        env: this.environment(variables),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
    });
  }

  cached(): readonly string[] {
    const folder = join(this.cache, 'ringmaster');
    return readdirSync(this.cache).includes('ringmaster') ? readdirSync(folder).toSorted() : [];
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private as(prefix: readonly string[], args: readonly string[], variables: Variables): SetupRun {
    const [program = '', ...rest] = [...prefix, process.execPath, 'scripts/setup.mjs', ...args];
    const path = prefix.length > 0 ? execFileSync('which', [program], { encoding: 'utf8' }).trim() : program;
    const { status, stdout, stderr } = spawnSync(path, rest, {
      cwd: this.checkout,
      env: this.environment(variables),
      encoding: 'utf8',
      timeout: runMsMax,
    });
    return { code: status, stdout, stderr };
  }

  private environment(variables: Variables): NodeJS.ProcessEnv {
    // RINGMASTER_DOWNLOAD_BASE names a closed port, so the official download fails at once on every machine.
    return { PATH: this.bin, HOME: this.root, XDG_CACHE_HOME: this.cache, CI: '1', RINGMASTER_DOWNLOAD_BASE: 'http://127.0.0.1:1', ...variables };
  }
}
