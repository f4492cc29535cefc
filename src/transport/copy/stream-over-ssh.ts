import type { Readable, Writable } from 'node:stream';
import { missingProgramIn, programStatus } from '../../domain/failure/system-error.ts';
import { copyLimits } from '../limits.ts';
import { quote, quoteAll } from '../../base/quote.ts';
import { commandLine } from '../ssh/link/command-line.ts';
import { Frames } from '../ssh/link/frames.ts';
import { LastText } from './last-text.ts';
import type { ReachedRemote } from './remote.ts';
import { transferCancelled, transferFailure, transferNoShell } from './transfer-failure.ts';
import { noProgramHere, startTransfer, type TransferProcess } from './transfer-process.ts';

/** ssh ends with this status when ssh itself failed. */
const sshFailed = 255;

export interface Stream {
  /** A program of this machine. Its output is the standard input of the program on the node. */
  readonly before?: readonly string[];
  /** The text of one of our programs, and the arguments of this program. */
  readonly there: { readonly program: string; readonly args: readonly string[] };
  /** A program of this machine. The output of the program on the node is its standard input. */
  readonly after?: readonly string[];
}

/**
 * Runs a program on the node in a stream: `before | ssh NODE | after`. The bytes from the node pass through this process, which looks for the frame of
 * our program in them. The stream ends at the end lines. So a process that a start-up file of the login left running cannot hold it open, and what the
 * login prints does not get into it.
 */
export async function streamOverSsh(
  remote: ReachedRemote,
  { before, there, after }: Stream,
  stdin: string | Buffer | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { node, shell, host, login } = remote;
  const isAborted = (): boolean => signal?.aborted === true;
  const line = commandLine(await login(), there.program, there.args);
  if (isAborted()) throw transferCancelled(node);
  const sender = startSender(node, [...shell, host, line.command], before, line.prelude);
  const receiver = after === undefined ? undefined : startTransfer(node, after, ['pipe', 'ignore', 'pipe']);
  const kill = (): void => [sender, receiver].forEach((one) => one?.kill());
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const texts = new LastText();
    const beforeStatus = new LastText();
    const frames = new Frames(line, { out: receiver === undefined ? () => undefined : sinkInto(receiver, sender), err: texts.take });
    // The program on the node can be killed while something holds its session open. Then neither an end line nor the end of ssh follows.
    const silence = new Silence(sender, receiver === undefined ? copyLimits.treeCheckMsMax : copyLimits.rsyncSilentSecondsMax * 1_000);
    const taken = (take: (chunk: Buffer) => void) => (chunk: Buffer) => {
      take(chunk);
      if (receiver !== undefined) silence.begin();
      // Everything has arrived with the end lines, and a login that does not stop printing never begins our program.
      if (frames.isTooNoisy || frames.hasEnded) sender.kill();
    };
    const beforeEnded = (chunk: Buffer): void => {
      beforeStatus.take(chunk);
      silence.begin();
    };
    listen(sender, { 1: taken(frames.takeOut), 2: taken(frames.takeErr), 3: texts.take, 4: beforeEnded });
    if (receiver !== undefined) listen(receiver, { 2: texts.take });
    if (before === undefined) sender.child.stdin?.write(line.prelude);
    sender.child.stdin?.end(stdin ?? '');
    const sent = await sender.ended.finally(() => silence.end());
    frames.flush();
    receiver?.child.stdin?.end();
    const received = await receiver?.ended;

    if (isAborted()) throw transferCancelled(node);
    const text = frames.err.hasBegun ? texts.text : `${frames.errNoise}\n${texts.text}`;
    const { status } = frames.out;
    // The program on the node fails too, because nothing is sent to it.
    if (before !== undefined && beforeStatus.text === `${programStatus.notFound}\n`)
      throw noProgramHere(node, missingProgramIn(text) ?? before[0] ?? '', 'there is none');
    if (status === undefined && sent.code === sshFailed) throw transferFailure(remote, 'ssh', sent.code, sent.signal, text);
    if (status !== undefined && status !== 0) throw transferFailure(remote, 'sh', status, null, text);
    if (status !== undefined && before !== undefined && beforeStatus.text !== '0\n')
      throw transferFailure(remote, before[0] ?? '', Number(beforeStatus.text), null, text);
    if (received !== undefined && received.code !== 0) throw transferFailure(remote, after?.[0] ?? '', received.code, received.signal, text);
    if (status === undefined && !frames.hasBegun) throw await transferNoShell(remote, frames.noise);
    if (status === undefined) throw transferFailure(remote, 'sh', null, 'it printed no end line', text);
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** Kills the sender when it has printed nothing for a time. A sender that waits for its receiver is not silent. */
class Silence {
  readonly #sender: TransferProcess;
  readonly #msMax: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(sender: TransferProcess, msMax: number) {
    this.#sender = sender;
    this.#msMax = msMax;
  }

  /** Counts from this moment on. */
  begin(): void {
    this.end();
    this.#timer = setTimeout(() => (this.#sender.child.stdout?.isPaused() === true ? this.begin() : this.#sender.kill()), this.#msMax);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Starts ssh, behind `before` if there is one, whose output follows the prelude. Descriptor 3 gets the errors of `before`, and descriptor 4 its status.
 */
function startSender(node: string, ssh: readonly string[], before: readonly string[] | undefined, prelude: string): TransferProcess {
  if (before === undefined) return startTransfer(node, ssh, ['pipe', 'pipe', 'pipe']);
  const script = `{ printf %s ${quote(prelude)}; ${quoteAll(before)} 2>&3 3>&- 4>&-; echo $? >&4; } | ${quoteAll(ssh)} 3>&- 4>&-`;
  return startTransfer(node, ['sh', '-c', script], ['pipe', 'pipe', 'pipe', 'pipe', 'pipe']);
}

function listen({ child }: TransferProcess, listeners: Readonly<Record<number, (chunk: Buffer) => void>>): void {
  for (const [descriptor, listener] of Object.entries(listeners)) (child.stdio[Number(descriptor)] as Readable | undefined)?.on('data', listener);
}

/** Returns a function that writes to the receiver. The sender waits when the receiver is slow, and is killed when the receiver has ended. */
function sinkInto(receiver: TransferProcess, sender: TransferProcess): (chunk: Buffer) => void {
  const [from, to] = [sender.child.stdout, receiver.child.stdin] as [Readable, Writable];
  to.on('drain', () => from.resume());
  receiver.child.on('close', () => {
    sender.kill();
    from.resume();
  });
  return (chunk) => {
    if (!to.write(chunk)) from.pause();
  };
}
