/**
 * Runs a program of the payload by the contract of docs/payload.md: variables in, files and a manifest out.
 * Exit codes: 0 done, 1 an unexpected error, 2 a bad request or bad inputs, with a line on stderr.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel } from '../learner/model-file.ts';
import type { Weights } from '../learner/network.ts';
import { BadRequest } from './bad-request.ts';
import { asObject, readInteger, type Fields } from './fields.ts';

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
    // The readers of models and games throw a RangeError for bytes that they cannot read.
    if (!(error instanceof BadRequest) && !(error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = badRequestCode;
  }
}

function readJob(): Job {
  const [input, output] = [variable('RINGMASTER_INPUT'), variable('RINGMASTER_OUTPUT')];
  const seed = readInteger(
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

/** Returns the model with this name. Returns undefined when the input has no such model, and the player then moves at random. */
export function readModel({ input }: Job, name: string): Weights | undefined {
  const bytes = readInput(input, name);
  return bytes === undefined ? undefined : decodeModel(bytes);
}

/** Returns the bytes of the file, or undefined when there is no such file. */
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
