/**
 * A resident worker on another machine reaches the Temporal server by a tunnel. The node's sshd is in a network namespace of its own, so its loopback is
 * not ours, as on a real machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { FarNode } from '../support/far-node.ts';
import { type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { verbHere } from '../support/verb-here.ts';

refusedWithoutRoot('the tunnel between network namespaces');

describe.runIf(isRoot)('a worker on another machine', () => {
  let far: FarNode;
  let cluster: LiveCluster;
  let root: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'rmf-'));
    execFileSync('chmod', ['755', root]);
    far = await FarNode.start('far', root);
    cluster = await makeCluster({ requireKey: true, nodes: [far.entry()] });
    await cluster.up();
  }, 180_000);
  afterAll(async () => {
    await cluster?.destroy();
    for (const server of relays) server.close();
    await far?.remove();
    rmSync(root, { recursive: true, force: true });
  }, 120_000);

  const node = async () => (await cluster.status()).nodes.find((one) => one.node === 'far');
  const working = (what: string) => cluster.until(what, 120, ({ nodes: [seen] }) => seen?.route === 'resident' && seen.worker?.fault === undefined);
  /** Runs `up` with the node's entry changed. */
  const upWith = async (more: Readonly<Record<string, unknown>>): Promise<string> => {
    const file = parse(readFileSync(cluster.file, 'utf8')) as object;
    writeFileSync(cluster.file, stringify({ ...file, nodes: [far.entry(more)] }));
    const { code, stdout, stderr } = await cluster.cli('up', '--file', cluster.file);
    if (code !== 0) throw new Error(`up ended with ${code}: ${stderr}`);
    return stdout + stderr;
  };
  const relays: Server[] = [];
  /** Listens on an address of home that the node reaches, and carries each connection to `to`. */
  const relay = (to: string, host: string): Promise<string> =>
    new Promise((resolve) => {
      const server = createServer((inner) => {
        const outer = connect(Number(to.split(':')[1]), '127.0.0.1');
        for (const socket of [inner, outer]) socket.on('error', () => undefined).on('close', () => (inner.destroy(), outer.destroy()));
        inner.pipe(outer).pipe(inner);
      });
      relays.push(server.unref());
      server.listen(0, host, () => resolve(`${host}:${(server.address() as AddressInfo).port}`));
    });
  const gate = (name: string): string => join(root, name);
  const item = (id: string, file?: string) => ({
    id,
    kind: 'command',
    command: [
      'sh',
      '-c',
      `${file === undefined ? '' : `until [ -e ${gate(file)} ]; do sleep 0.2; done; `}echo '{"v":1,"files":[],"result":{}}' >output/manifest.json`,
    ],
  });
  const done = (id: string) => cluster.until(`${id} is completed`, 120, async () => (await cluster.item(id))?.item.state === 'completed');
  const started = (because: RegExp) =>
    cluster.until('the event of the start', 60, async () =>
      because.test(await verbHere(cluster.state, 'event', 'list', '--about', 'node:far', '--type', 'NODE_WORKER_STARTED')),
    );
  const port = (): number => Number(far.read('worker/tunnel').split(' ')[0]);
  const byTunnel = (): string => `by a tunnel over SSH (port ${port()} on the loopback of the node)`;
  const isWorkerConnected = (): boolean => far.run('ss', '-Htn', 'state', 'established', `dport = :${port()}`).trim() !== '';

  it('the node cannot reach the loopback of home, and its worker runs a job through the tunnel', { timeout: 240_000 }, async () => {
    const temporal = (await cluster.status()).temporalAddress.split(':')[1] ?? '';
    expect(() => far.run('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${temporal}`)).toThrow(/refused/i);
    await working('the worker works');
    await cluster.add(item('tunnel.1'));
    await done('tunnel.1');
    const history = (await cluster.cli('temporal', 'workflow', 'show', '--workflow-id', 'job/tunnel.1/1', '-o', 'json')).stdout;
    expect(history).toContain('"node:far"');
    expect(history).not.toContain('SCHEDULE_TO_START');
    expect((await node())?.worker).toEqual({ server: byTunnel() });
    for (const verb of [['status'], ['node', 'show', 'far'], ['doctor'], ['explain', 'far']])
      expect(await verbHere(cluster.state, ...verb)).toMatch(/its worker reaches the server by a tunnel/i);
  });

  it('a cut connection and a cut network leave the worker, its job and its way to the server', { timeout: 400_000 }, async () => {
    await working('the worker works');
    const worker = far.read('worker/pid');
    await cluster.add(item('cut.1', 'cut-1'));
    await cluster.until('cut.1 runs', 60, ({ openJobs }) => openJobs.some((job) => job.item === 'cut.1' && job.state === 'running'));
    const tunnel = far.read('worker/tunnel');
    far.dropConnections();
    await cluster.until('a new tunnel', 60, () => far.read('worker/tunnel') !== tunnel && isWorkerConnected());
    await cluster.add(item('cut.2'));
    await done('cut.2');
    // While the network is cut, another program takes the port of the tunnel. So the new tunnel gets another port.
    const before = port();
    far.network('down');
    await cluster.until('the node is not reached', 90, ({ nodes: [seen] }) => seen?.state === 'suspect' || seen?.state === 'unreachable');
    far.dropConnections();
    await far.takePort(before);
    far.network('up');
    await cluster.until('a tunnel on another port', 90, () => port() !== before && isWorkerConnected());
    await working('the worker works again');
    await cluster.add(item('cut.3'));
    await done('cut.3');
    writeFileSync(gate('cut-1'), '');
    await done('cut.1');
    expect((await cluster.item('cut.1'))?.item.epoch).toBe(1);
    expect(far.read('worker/pid'), 'the worker was not started again').toBe(worker);
  });

  it('a new gateway makes the tunnel of a worker that runs', { timeout: 240_000 }, async () => {
    const [worker, tunnel] = [far.read('worker/pid'), far.read('worker/tunnel')];
    process.kill(cluster.pid('gateway'), 'SIGKILL');
    await cluster.until('a new tunnel', 90, () => far.read('worker/tunnel') !== tunnel && isWorkerConnected());
    await working('the worker works');
    await cluster.add(item('gateway.1'));
    await done('gateway.1');
    expect(far.read('worker/pid')).toBe(worker);
  });

  it('a worker that is killed shows its exit, and another one takes its place while its job goes on', { timeout: 240_000 }, async () => {
    await working('the worker works');
    await cluster.add(item('killed.1', 'killed-1'));
    await cluster.until('killed.1 runs', 60, ({ openJobs }) => openJobs.some((job) => job.item === 'killed.1' && job.state === 'running'));
    const worker = far.read('worker/pid').trim();
    process.kill(Number(worker), 'SIGKILL');
    await cluster.until('another worker', 90, ({ nodes: [seen] }) => seen?.route === 'resident' && far.read('worker/pid').trim() !== worker);
    for (const verb of [['status'], ['node', 'show', 'far'], ['doctor'], ['explain', 'far']])
      expect(await verbHere(cluster.state, ...verb)).toMatch(new RegExp(`\\(pid ${worker}\\) ended by itself .* ago: signal 9 ended it; `));
    await started(/because the worker before ended: signal 9 ended it/);
    writeFileSync(gate('killed-1'), '');
    await done('killed.1');
    expect((await cluster.item('killed.1'))?.item.epoch).toBe(1);
  });

  it('`up` with an address of the server replaces the worker that runs, and its job goes on', { timeout: 240_000 }, async () => {
    await working('the worker works');
    await cluster.add(item('moved.1', 'moved-1'));
    await cluster.until('moved.1 runs', 60, ({ openJobs }) => openJobs.some((job) => job.item === 'moved.1' && job.state === 'running'));
    const worker = far.read('worker/pid');
    const address = await relay((await cluster.status()).temporalAddress, far.homeAddress);
    const said = await upWith({ reachableAs: address });
    expect(said).toContain(`nodes.far.reachableAs: new, "${address}"`);
    expect(said).toContain('Replaces the worker of far, where jobs go on.');
    await cluster.until('the new worker works', 90, ({ nodes: [seen] }) => seen?.route === 'resident' && seen.worker?.server === `at ${address}`);
    expect(far.read('worker/pid')).not.toBe(worker);
    const dialled = address.split(':')[1];
    await cluster.until('the worker is connected', 60, () => far.run('ss', '-Htn', 'state', 'established', `dport = :${dialled}`).trim() !== '');
    await started(/because the worker before was started for an earlier cluster file or by another release/);
    writeFileSync(gate('moved-1'), '');
    await done('moved.1');
    expect((await cluster.item('moved.1'))?.item.epoch, 'the job was adopted').toBe(1);
    // Without a worker in the file, the one that runs ends.
    const last = Number(far.read('worker/pid'));
    await upWith({ worker: 'none' });
    await cluster.until('the worker has ended', 60, () => !existsSync(`/proc/${last}`));
    await upWith({});
    await cluster.until('a worker works by a tunnel again', 90, async () => (await node())?.worker?.server === byTunnel() && isWorkerConnected());
  });

  it('an sshd that forwards nothing is named, work goes on over SSH, and the fix of the sentence works', { timeout: 400_000 }, async () => {
    await far.configure('AllowTcpForwarding no');
    far.dropConnections();
    const refused = await cluster.until('the refusal is shown', 90, ({ nodes: [seen] }) => seen?.worker?.fault);
    expect(refused).toMatch(/^worker\.tunnel-refused: Cannot open the tunnel .*sshd refuses to listen.* try AllowTcpForwarding yes/);
    expect(await verbHere(cluster.state, 'doctor')).toMatch(/worker\.tunnel-refused/);
    await cluster.until('calls go over SSH', 60, ({ nodes: [seen] }) => seen?.route === 'gateway');
    await cluster.add(item('refused.1'));
    await done('refused.1');
    await far.configure('AllowTcpForwarding yes');
    await working('the worker works again');
    await far.configure('GatewayPorts yes');
    far.dropConnections();
    const exposed = await cluster.until('the exposure is shown', 90, ({ nodes: [seen] }) => seen?.worker?.fault);
    expect(exposed).toMatch(/^worker\.tunnel-exposed: .*GatewayPorts yes.* try GatewayPorts clientspecified/);
    expect(
      far
        .run('ss', '-Htln')
        .split('\n')
        .filter((line) => line.includes(`0.0.0.0:${port()} `)),
    ).toEqual([]);
    await far.configure('GatewayPorts clientspecified');
    await working('the worker works again');
  });
});
