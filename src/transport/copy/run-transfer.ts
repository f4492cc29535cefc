import { loginLimits } from '../limits.ts';
import type { Nonce } from '../ssh/link/frame.ts';
import { isReached, type Remote } from './remote.ts';
import { transferCancelled, transferFailure, transferNoShell } from './transfer-failure.ts';
import { TransferErrors } from './transfer-errors.ts';
import { startTransfer } from './transfer-process.ts';

export interface TransferRequest {
  readonly stdin?: string | Buffer | undefined;
  /** Variables that replace those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses of the program that are no failure, besides 0. */
  readonly accepted?: readonly number[];
  /** The nonce of the program on the node. */
  readonly nonce?: Nonce;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program that moves data, until the program ends. Rejects with a coded failure when the program fails. An abort kills the program's whole
 * process group.
 */
export async function runTransfer(remote: Remote, program: string, args: readonly string[], request: TransferRequest): Promise<void> {
  const { node } = remote;
  const { stdin, env, accepted = [], nonce, signal } = request;
  const isAborted = (): boolean => signal?.aborted === true;
  if (isAborted()) throw transferCancelled(node);
  const transfer = startTransfer(node, [program, ...args], ['pipe', 'ignore', 'pipe'], env);
  const errors = new TransferErrors(nonce);
  let linger: NodeJS.Timeout | undefined;
  transfer.child.stderr?.on('data', (chunk: Buffer) => {
    errors.take(chunk);
    // The last bytes of the program on the node are on their way. Then a process that a start-up file left running can still hold the session open.
    if (errors.status !== undefined) linger ??= setTimeout(errors.endSsh, loginLimits.lingerMsMax);
  });
  signal?.addEventListener('abort', transfer.kill, { once: true });
  transfer.child.stdin?.end(stdin ?? '');
  const { code, signal: killedBy } = await transfer.ended.finally(() => {
    clearTimeout(linger);
    signal?.removeEventListener('abort', transfer.kill);
  });
  if (code !== null && [0, ...accepted].includes(code)) return;
  if (isAborted()) throw transferCancelled(node);
  if (errors.isNoShell && isReached(remote)) throw await transferNoShell(remote, errors.printed);
  throw transferFailure(remote, program, code, killedBy, errors.text);
}
