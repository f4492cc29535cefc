/**
 * Runs a program of the example as Ringmaster would: plain Node runs the compiled file, with the contract's environment variables and with separate
 * folders.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const payload = join(root, 'dist', 'examples', 'connect-four');

export function buildPayload(): void {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'examples/connect-four'], { cwd: root });
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The contents of each output file. */
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface Asked {
  /** The request as an object, or the raw text of request.json. */
  readonly request: unknown;
  readonly inputs?: Readonly<Record<string, Uint8Array | string>>;
  /** These files are in the output folder before the program starts. */
  readonly outputs?: Readonly<Record<string, Uint8Array | string>>;
  readonly seed?: string;
}

export function runPayload(program: string, { request, inputs = {}, outputs = {}, seed = '1' }: Asked): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'connect-four-'));
  try {
    const [input, output] = [join(folder, 'input'), join(folder, 'output')];
    mkdirSync(input);
    mkdirSync(output);
    writeFileSync(join(input, 'request.json'), typeof request === 'string' ? request : JSON.stringify(request));
    for (const [name, bytes] of Object.entries(inputs)) writeFileSync(join(input, name), bytes);
    for (const [name, bytes] of Object.entries(outputs)) writeFileSync(join(output, name), bytes);
    const env = { RINGMASTER_JOB: 'test/1', RINGMASTER_INPUT: input, RINGMASTER_OUTPUT: output, RINGMASTER_PAYLOAD: payload, RINGMASTER_SEED: seed };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(payload, `${program}.js`)], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const names = existsSync(output) ? readdirSync(output).toSorted() : [];
    return { code: status, stdout, stderr, files: Object.fromEntries(names.map((name) => [name, readFileSync(join(output, name))])) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the content of the output file `name`. Throws if there is no such file. */
export function fileOf({ files, stderr }: Ran, name: string): Buffer {
  const bytes = files[name];
  if (bytes === undefined) throw new Error(`no ${name} among ${Object.keys(files).join(', ') || 'no files'}: ${stderr}`);
  return bytes;
}
