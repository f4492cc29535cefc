import { problemOf } from '../../service/problem-of.ts';
import { exitNameFor, type ExitName } from './exit-codes.ts';

/** Why a verb cannot do its work, with the exit code that says so to scripts. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly exit: ExitName;

  constructor(exit: ExitName, parts: { readonly cannot: string; readonly because: string; readonly hint: string }) {
    super(`Cannot ${parts.cannot} because ${parts.because}; try ${parts.hint}`);
    this.exit = exit;
  }
}

/** A sentence from elsewhere, kept as it is. */
export class ToldProblem extends Problem {
  constructor(exit: ExitName, message: string) {
    super(exit, { cannot: '', because: '', hint: '' });
    this.message = message;
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = problemOf(error);
  return new ToldProblem(exitNameFor(code), message);
}
