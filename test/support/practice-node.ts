/**
 * A practice node for one test file: a real sshd on a free loopback port, with its own user, keys and folder. `remove` ends and removes all of these,
 * and returns whatever the product should have removed but did not. The temporary files of the test process are in a folder of the test file, so that
 * only leaks of this test file are found.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import type { ReachLimits } from '../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Machine, NodeAddress } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { type PracticeNode, type PracticeRequest, preparePracticeNode, removePracticeNode } from '../../src/practice/practice-node.ts';
import { practiceSshdCommand } from '../../src/practice/practice-sshd.ts';
import { endProcesses, processes } from './processes.ts';
import { freePort } from './free-ports.ts';
import { ownerNamed } from './owner-named.ts';

export type SshConnect = Extract<NodeAddress['connect'], { type: 'ssh' }>;

/**
 * Makes the temporary folder of this test file and removes the folder after the last hook. The folder's path is short, because the path of a control
 * socket has at most 107 bytes.
 */
export function ownTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rmt-'));
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 240_000);
  return folder;
}

export class PracticeHost {
  readonly node: PracticeNode;
  readonly cluster: string;
  readonly #request: PracticeRequest;
  readonly #machines: Machine[] = [];
  #sshd: ChildProcess | undefined;

  private constructor(node: PracticeNode, request: PracticeRequest) {
    this.node = node;
    this.#request = request;
    this.cluster = request.userName;
  }

  /**
   * `path` replaces the PATH of the node's programs. `loginShell` replaces /bin/sh for the node's user, and needs root. Without root the node's user
   * is the user who runs the tests.
   */
  static async start(
    id: string,
    root: string,
    { path, loginShell }: { readonly path?: string | undefined; readonly loginShell?: string | undefined } = {},
  ): Promise<PracticeHost> {
    const request: PracticeRequest = {
      id,
      root,
      address: '127.0.0.1',
      port: await freePort(),
      userName: `rmt-${randomBytes(4).toString('hex')}-${id}`,
    };
    const node = await preparePracticeNode(request);
    if (path !== undefined) writeFileSync(node.configFile, readFileSync(node.configFile, 'utf8').replace(/SetEnv PATH=.*/, `SetEnv PATH=${path}`));
    if (loginShell !== undefined && process.getuid?.() === 0) execFileSync('usermod', ['--shell', loginShell, node.user]);
    const host = new PracticeHost(node, request);
    await host.startSshd();
    return host;
  }

  get sshdPid(): number {
    return this.#sshd?.pid ?? 0;
  }

  async startSshd(): Promise<void> {
    const [program = '', ...args] = practiceSshdCommand(this.node);
    const sshd = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    sshd.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    this.#sshd = sshd;
    const untilMs = Date.now() + 20_000;
    while (!(await greets(this.node.port))) {
      if (sshd.exitCode !== null || Date.now() > untilMs) throw new Error(`sshd of ${this.node.user} does not answer: ${said}`);
      await sleep(50);
    }
  }

  /** Kills only the listener. The open sessions continue. */
  async killSshd(): Promise<void> {
    const sshd = this.#sshd;
    this.#sshd = undefined;
    if (sshd === undefined || sshd.exitCode !== null || sshd.signalCode !== null) return;
    const gone = new Promise((done) => sshd.once('exit', done));
    sshd.kill('SIGKILL');
    await gone;
  }

  /**
   * Returns the sshd processes that serve our connections. The listener must still be alive, because these processes are found as its descendants.
   */
  sessions(): readonly number[] {
    const below = (parents: ReadonlySet<number>): readonly number[] =>
      processes().flatMap(({ pid, ppid, words }) => (parents.has(ppid) && words[0]?.startsWith('sshd: ') === true ? [pid] : []));
    const first = below(new Set([this.sshdPid]));
    return [...first, ...below(new Set(first))];
  }

  /** Kills these processes. One that has ended in the meantime needs no signal. */
  killSessions(): void {
    for (const pid of this.sessions()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  connect(changes: Partial<SshConnect> = {}): SshConnect {
    const { host, port, user, identityFile, knownHostsFile } = this.node;
    return { type: 'ssh', host, port, user, identityFile, knownHostsFile, ...changes };
  }

  machine(changes: Partial<SshConnect> = {}): Machine {
    return this.open(this.connect(changes));
  }

  open(how: SshConnect, limits: ReachLimits = {}): Machine {
    const machine = openMachine({
      node: this.#request.id as NodeId,
      owner: ownerNamed(this.cluster),
      folder: this.node.folder,
      connect: how,
      limits,
    });
    this.#machines.push(machine);
    return machine;
  }

  /** Runs a command on the node with the system's ssh instead of the product. */
  ssh(command: string): string {
    const { host, port, user, identityFile, knownHostsFile } = this.node;
    return execFileSync(
      'ssh',
      [
        '-F',
        'none',
        '-o',
        'BatchMode=yes',
        '-o',
        `UserKnownHostsFile=${knownHostsFile}`,
        '-i',
        identityFile,
        '-p',
        String(port),
        `${user}@${host}`,
        command,
      ],
      { encoding: 'utf8' },
    );
  }

  async closeMachines(): Promise<void> {
    await Promise.all(this.#machines.splice(0).map((machine) => machine.close()));
  }

  /** Closes all machines, ends all processes and removes the node. Returns whatever the product should have removed but did not. */
  async remove(): Promise<readonly string[]> {
    await this.closeMachines();
    const leaks = await leaksOf(this.cluster);
    await this.killSshd();
    await endProcesses(
      ({ user, words, mark }) =>
        (process.getuid?.() === 0 && user === this.node.user) ||
        mark.startsWith(`${this.cluster}/`) ||
        words[0]?.startsWith(`sshd: ${this.node.user}`) === true,
    );
    await removePracticeNode(this.#request);
    try {
      if (process.getuid?.() === 0)
        leaks.push(`user ${execFileSync('id', [this.node.user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })}`);
    } catch {
      // `id` fails because the user has been removed, as it should be.
    }
    return leaks;
  }
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(2_000, () => answer(false));
    socket.on('error', () => answer(false));
    socket.once('data', (text) => answer(text.toString().startsWith('SSH-')));
  });

/** Returns all leaks: processes with the cluster's mark, control masters, and folders of control masters in this file's temporary folder. */
export async function leaksOf(cluster: string): Promise<string[]> {
  const own = tmpdir();
  const look = (): string[] => [
    ...processes()
      .filter(({ mark, words }) => mark.startsWith(`${cluster}/`) || words.join(' ').includes(`${own}/rm-ssh-`))
      .map(({ pid, words }) => `process ${pid} ${words.join(' ')}`),
    ...readdirSync(own)
      .filter((name) => name.startsWith('rm-ssh-'))
      .map((name) => `folder ${join(own, name)}`),
  ];
  // A control master needs a moment to exit. A command whose connection was killed still runs until the command ends (20 s in these tests).
  for (let tries = 0; tries < 500 && look().length > 0; tries += 1) await sleep(50);
  return look();
}
