/**
 * A program from the outside: the contract's variables in (docs/payload.md), files and a manifest out.
 * Exit codes: 0 done, 1 anything unforeseen, 2 a bad request or bad inputs, with a line on stderr.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel } from '../learner/model-file.ts';
import type { Weights } from '../learner/network.ts';
import { BadRequest } from './bad-request.ts';
import { asObject, whole, type Fields } from './fields.ts';

export interface Job {
  readonly input: string;
  readonly output: string;
  readonly seed: number;
  readonly request: Fields;
}

const badRequestCode = 2;

export function runProgram(program: (job: Job) => void): void {
  try {
    program(readJob());
  } catch (error) {
    // The files' readers throw a RangeError for bytes they cannot take.
    if (!(error instanceof BadRequest) && !(error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = badRequestCode;
  }
}

function readJob(): Job {
  const [input, output] = [variable('RINGMASTER_INPUT'), variable('RINGMASTER_OUTPUT')];
  const seed = whole(
    'RINGMASTER_SEED',
    /^\d{1,10}$/.test(variable('RINGMASTER_SEED')) ? Number(variable('RINGMASTER_SEED')) : undefined,
    0,
    0xffff_ffff,
  );
  const text = readInput(input, 'request.json');
  if (text === undefined) throw new BadRequest(`Cannot start: there is no request.json in ${input}`);
  try {
    return { input, output, seed, request: asObject('request.json', JSON.parse(text.toString())) };
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequest(`Cannot read request.json: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The model of that name, or undefined: then the player is the random one. */
export function readModel({ input }: Job, name: string): Weights | undefined {
  const bytes = readInput(input, name);
  return bytes === undefined ? undefined : decodeModel(bytes);
}

/** The file's bytes, or undefined where there is none. */
export function readInput(folder: string, name: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new BadRequest(`Cannot start: ${name} is not set`);
  return value;
}
