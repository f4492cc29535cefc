/**
 * A node on another machine, as the network shows it: its sshd runs in a network namespace of its own, so the loopback of the node is not ours. A pair
 * of virtual network interfaces connects the two. Needs root and the program `ip`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type PracticeNode, preparePracticeNode, removePracticeNode } from '../../src/practice/practice-node.ts';
import { practiceSshdCommand } from '../../src/practice/practice-sshd.ts';
import { eventually } from './eventually.ts';
import type { SshConnect } from './practice-node.ts';
import { descendants, isSshd } from './processes.ts';

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
let made = 0;

export class FarNode {
  readonly node: PracticeNode;
  /** The address of our machine, as the node reaches it. */
  readonly homeAddress: string;
  readonly #namespace: string;
  readonly #hidden: readonly string[];
  readonly #request: Parameters<typeof preparePracticeNode>[0];
  #sshd: ChildProcess | undefined;

  private constructor(
    node: PracticeNode,
    names: { readonly namespace: string; readonly homeAddress: string; readonly hidden: readonly string[] },
    request: Parameters<typeof preparePracticeNode>[0],
  ) {
    this.node = node;
    this.#namespace = names.namespace;
    this.homeAddress = names.homeAddress;
    this.#hidden = names.hidden;
    this.#request = request;
  }

  /** Makes the namespace and starts the sshd. `hidden` are programs of this machine that the node does not have. Throws a sentence for a person when this machine cannot make a namespace. */
  static async start(id: string, root: string, { hidden = [] }: { readonly hidden?: readonly string[] } = {}): Promise<FarNode> {
    made += 1;
    const unique = `${process.pid % 100_000}${made}`;
    const [namespace, link] = [`rmt-${unique}`, `rmt${unique}`];
    // 198.18.0.0/15 is reserved for tests of networks (RFC 2544). Each node has a net of four addresses.
    const net = (process.pid * 8 + made) % 32_000;
    const address = (last: number): string => `198.${18 + (net >> 14)}.${(net >> 6) & 255}.${((net & 63) << 2) + last}`;
    const [homeAddress, nodeAddress] = [address(1), address(2)];
    try {
      ip('netns', 'add', namespace);
      ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'home', 'netns', namespace);
      ip('address', 'add', `${homeAddress}/30`, 'dev', link);
      ip('link', 'set', link, 'up');
      ip('-n', namespace, 'address', 'add', `${nodeAddress}/30`, 'dev', 'home');
      ip('-n', namespace, 'link', 'set', 'home', 'up');
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    } catch (error) {
      throw new Error(
        `Cannot make a network namespace, which this test needs: run it as root on a Linux with iproute2. ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
    const request = { id, root, address: nodeAddress, port: 2222, userName: `rmt-${unique}-${id}` };
    const far = new FarNode(await preparePracticeNode(request), { namespace, homeAddress, hidden }, request);
    await far.startSshd();
    return far;
  }

  connect(): SshConnect {
    const { host, port, user, identityFile, knownHostsFile } = this.node;
    return { type: 'ssh', host, port, user, identityFile, knownHostsFile };
  }

  /** The entry of the node in a cluster file. */
  entry(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const { host, port, user, identityFile, knownHostsFile, folder } = this.node;
    return { id: this.#request.id, ssh: { host, port, user, identityFile, knownHostsFile }, folder, worker: 'resident', slots: 2, ...more };
  }

  async startSshd(): Promise<void> {
    const [program = '', ...args] = practiceSshdCommand(this.node);
    const hide = this.#hidden.map((path) => `mount --bind /dev/null ${path} && `).join('');
    const command = ['unshare', '--mount', 'sh', '-c', `${hide}exec "$@"`, 'sh', program, ...args];
    this.#sshd = spawn('ip', ['netns', 'exec', this.#namespace, ...command], { stdio: 'ignore' });
    await eventually('sshd greets', () => greets(this.node.host, this.node.port), { limitMs: 20_000, everyMs: 50 });
  }

  /** Gives sshd other settings. A setting that stands first wins, so the new ones come first. `restart` false leaves running connections as they are. */
  async configure(...lines: string[]): Promise<void> {
    const base = readFileSync(this.node.configFile, 'utf8').replace(/^# for this test[\s\S]*?# end\n/, '');
    writeFileSync(this.node.configFile, `# for this test\n${lines.map((line) => `${line}\n`).join('')}# end\n${base}`);
    process.kill(this.#sshd?.pid ?? 0, 'SIGHUP');
    await eventually('sshd greets again', () => greets(this.node.host, this.node.port), { limitMs: 20_000, everyMs: 50 });
  }

  /** Kills the processes of sshd that serve connections. The listener stays, and the jobs go on. */
  dropConnections(): void {
    for (const pid of descendants(this.#sshd?.pid ?? 0)) if (isSshd(pid)) process.kill(pid, 'SIGKILL');
  }

  /** Cuts the network without an end of the connections, or joins it again. */
  network(state: 'up' | 'down'): void {
    ip('-n', this.#namespace, 'link', 'set', 'home', state);
  }

  /** Starts a program on the node that listens on a port of its loopback. It ends with the node. */
  async takePort(port: number): Promise<void> {
    const listen = `require('net').createServer().listen(${port}, '127.0.0.1')`;
    spawn('ip', ['netns', 'exec', this.#namespace, process.execPath, '-e', listen], { stdio: 'ignore' });
    await eventually(
      'the port is taken',
      async () => this.run('ss', '-Htln', `sport = :${port}`).includes('127.0.0.1') && !this.run('ss', '-Htlnp', `sport = :${port}`).includes('sshd'),
      {
        limitMs: 20_000,
        everyMs: 100,
      },
    );
  }

  /** Runs a program on the node as root. */
  run(...argv: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.#namespace, ...argv], { encoding: 'utf8' });
  }

  read(path: string): string {
    return readFileSync(join(this.node.folder, path), 'utf8');
  }

  async remove(): Promise<void> {
    for (const pid of ip('netns', 'pids', this.#namespace).split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    await eventually('the namespace is empty', async () => ip('netns', 'pids', this.#namespace).trim() === '', { limitMs: 20_000, everyMs: 50 });
    ip('netns', 'delete', this.#namespace);
    await removePracticeNode(this.#request);
  }
}

/** Returns whether an sshd greets at an address. */
const greets = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('data', end(true));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, end(false));
  });
