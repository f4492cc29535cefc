/**
 * Everything that can refuse the start of a worker on another machine is found before a package is sent. The node's sshd is in a network namespace of
 * its own, and the node does not have the Node.js of this machine.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureWorker, type WorkerPlace } from '../../../activities/gateway/ensure-worker.ts';
import { machinesOf } from '../../../activities/machines.ts';
import { parseCluster } from '../../../src/config/load-cluster.ts';
import { ringOf } from '../../../src/contract/proof/key-ring.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { nodeWorkers } from '../../../workers/gateway/node-workers.ts';
import { eventually } from '../../support/eventually.ts';
import { FarNode } from '../../support/far-node.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder } from '../../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

const cluster = `far-${process.pid}`;
const nodes = ['/usr/local/bin/node', '/usr/bin/node', '/usr/bin/nodejs', '/usr/local/bin/nodejs', process.execPath].filter((path) =>
  existsSync(path),
);

refusedWithoutRoot('the start of a worker on another machine');

describe.runIf(isRoot)('the start of a worker on another machine', () => {
  const root = ownTemporaryFolder();
  let far: FarNode;
  let machine: Machine;
  const servers: (Server | Http2Server)[] = [];
  beforeAll(async () => {
    far = await FarNode.start('far', root, { hidden: [...new Set(nodes.map((path) => realpathSync(path)))] });
    machine = openMachine({ node: 'far' as NodeId, owner: ownerNamed(cluster), folder: far.node.folder, connect: far.connect() });
  }, 60_000);
  afterEach(() => rmSync(join(far.node.home, '.nvm'), { recursive: true, force: true }));
  afterAll(async () => {
    for (const server of servers) server.close();
    await machine?.stopAll(0);
    await machine?.close();
    expect(await leaksOf(cluster)).toEqual([]);
    await far?.remove();
  }, 60_000);

  /** The package of these tests is one program, which beats as a worker does when it is loaded. */
  const pack = async (): Promise<string> => {
    const folder = mkdtempSync(join(root, 'package-'));
    writeFileSync(
      join(folder, 'main.mjs'),
      `import { writeFileSync } from 'node:fs';\nimport { uptime } from 'node:os';\nwriteFileSync('worker/beat', Math.floor(uptime()) + '\\n');\nwriteFileSync('worker/ready', '');\nsetInterval(() => undefined, 1_000);\n`,
    );
    return folder;
  };
  const place = (more: Partial<WorkerPlace> = {}): WorkerPlace => ({
    clusterId: ownerNamed(cluster).id,
    options: { node: 'far' },
    form: 'one',
    route: { type: 'tunnel', to: { host: '127.0.0.1', port: 1 } },
    isServerOwn: true,
    packageRoot: root,
    nodeRange: '>=20.19',
    packages: { arches: ['x64', 'arm64'], glibcMin: async () => '2.18', pack },
    keys: ringOf('00'),
    ...more,
  });
  /** Makes a program that looks like Node.js in the folder of nvm. It runs `body` when it is asked for something else than its version. */
  const fakeNode = (version: string, body = 'exit 1'): string => {
    const path = join(far.node.home, `.nvm/versions/node/${version}/bin/node`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n[ "$1" != --version ] || { echo ${version}; exit 0; }\n${body}\n`);
    chmodSync(path, 0o755);
    execFileSync('chown', ['-R', `${far.node.user}:`, join(far.node.home, '.nvm')]);
    return path;
  };
  const facts = (text: string): string => `case $2 in *getReport*) echo '${text}' ;; *) exec sleep 100 ;; esac`;
  const linux = facts('{"platform":"linux","arch":"x64","glibc":"2.36"}');
  const refusal = async (more?: Partial<WorkerPlace>): Promise<string> => {
    const error = await ensureWorker(machine, place(more)).catch((thrown: unknown) => thrown as Error & { code: string; hint: { say: string } });
    if (!('code' in error)) throw new Error('the worker was started');
    expect(existsSync(join(far.node.folder, 'replicas/ringmaster-worker')), 'nothing was sent').toBe(false);
    return `${error.code}: ${error.message}; try ${error.hint.say}`;
  };
  const listen = (server: Server | Http2Server): Promise<number> =>
    new Promise((resolve) => {
      servers.push(server);
      server.listen(0, far.homeAddress, () => resolve((server.address() as { port: number }).port));
    });

  it('no Node.js: the sentence says where it was looked for', async () => {
    const said = await refusal();
    expect(said).toMatch(
      /^worker\.no-node: .*not found in the PATH of a login without a terminal \(\S*\/usr\/bin\S*\) and the usual folders.*~\/\.nvm/,
    );
    expect(said).toMatch(/>=20\.19/);
    expect(await refusal({ nodeProgram: '/opt/none/node' })).toMatch(/^worker\.no-node: .*\/opt\/none\/node is no program there/);
    expect(await refusal({ nodeProgram: '/bin/true' })).toMatch(/^worker\.no-node: .*\/bin\/true prints no version/);
  });

  it('too old a Node.js: the sentence has its version, its path and the range', async () => {
    const path = fakeNode('v16.20.2');
    expect(await refusal()).toMatch(
      `worker.old-node: Cannot start the worker on far because its Node.js is too old (v16.20.2 at ${path}), and the worker needs >=20.19`,
    );
    expect(await refusal({ nodeProgram: '~/.nvm/versions/node/v16.20.2/bin/node' })).toMatch(/^worker\.old-node/);
  });

  /** Asks the gateway's code for the start of the node's worker. `worker` is the text of the node's key. */
  const startIn = async (worker: string): Promise<object> => {
    const release = mkdtempSync(join(root, 'release-'));
    mkdirSync(join(release, 'dist/node-worker'), { recursive: true });
    writeFileSync(join(release, 'package.json'), '{ "engines": { "node": ">=20.19" } }');
    writeFileSync(join(release, 'dist/node-worker/worker.mjs'), '');
    const text = `cluster: lab\nstate: ${root}/state\nnodes:\n  - { id: far, ssh: { host: far }, ${worker} }\n`;
    const running = {
      config: parseCluster(text, join(root, 'cluster.yaml')),
      configEpoch: 1,
      temporalAddress: '127.0.0.1:1',
      source: 'cluster.yaml',
    };
    const parts = { owner: ownerNamed(cluster), packageRoot: release, keys: ringOf('00'), machines: machinesOf([machine]) };
    return nodeWorkers({ running: { ...running, temporalEmbedded: true }, ...parts })
      .ensure('far' as NodeId)
      .catch(({ code }: { readonly code: string }) => ({ code }));
  };

  it.each([
    ['{"platform":"linux","arch":"riscv64","glibc":"2.36"}', 'linux on riscv64 with glibc 2.36'],
    ['{"platform":"linux","arch":"x64"}', 'linux on x64 with no glibc (musl)'],
    ['{"platform":"linux","arch":"arm64","glibc":"2.17"}', 'linux on arm64 with glibc 2.17'],
    ['{"platform":"freebsd","arch":"x64"}', 'freebsd on x64'],
  ])('a system that the native core does not run on: %s', async (text, shown) => {
    fakeNode('v22.12.0', facts(text));
    const said = await refusal();
    expect(said).toMatch(/^worker\.platform: .*needs Linux with glibc 2\.18 or newer on x64 or arm64/);
    expect(said).toContain(shown);
    // Followed to the letter, the fix leaves a node without a worker, and its commands go over SSH.
    const [, key = '', value = ''] = /try `(\w+)` (\w+) for the node, so that everything is done over SSH$/.exec(said) ?? [];
    expect(await startIn('worker: resident')).toEqual({ code: 'worker.platform' });
    expect(await startIn(`${key}: ${value}`)).toEqual({ pid: 0, started: false });
    expect(await machine.run({ argv: ['printf', 'hello'], timeoutMs: 30_000 })).toMatchObject({ stdout: 'hello' });
  });

  it('the newest Node.js of nvm is used when there is none on the PATH', async () => {
    for (const version of ['v8.17.0', 'v20.19.0', 'v22.2.0']) fakeNode(version, facts(`{"platform":"linux","arch":"${version}"}`));
    expect(await refusal()).toContain('on v22.2.0');
  });

  it('an address that the file gives: nothing answers there, another program does, or the server does', async () => {
    // This Node.js stands outside the folders that are searched.
    const real = join(root, 'real-node');
    copyFileSync(process.execPath, real);
    fakeNode('v22.12.0', `exec ${real} "$@"`);
    const at = (port: number): Partial<WorkerPlace> => ({ route: { type: 'address', address: `${far.homeAddress}:${port}` } });
    expect(await refusal(at(1))).toMatch(/^worker\.server-unreachable: .*does not answer at \S+:1 \(ECONNREFUSED\); try an address in/);
    const mute = await listen(createServer((socket) => socket.on('error', () => undefined)));
    expect(await refusal(at(mute))).toMatch(/it accepts a connection and speaks no HTTP\/2/);
    const speaking = await listen(createHttp2());
    const first = await ensureWorker(machine, place(at(speaking)));
    expect(first.how).toBe('started');
    expect(await ensureWorker(machine, place(at(speaking)))).toEqual({ pid: first.pid, how: 'runs' });
    // A worker that runs is not replaced before the new address was tried.
    await expect(ensureWorker(machine, place({ ...at(1), form: 'two' }))).rejects.toMatchObject({ code: 'worker.server-unreachable' });
    expect(await machine.probe()).toMatchObject({ workerAlive: true, workerForm: 'one' });
    expect(existsSync(join(far.node.folder, 'replicas/ringmaster-worker'))).toBe(true);
    await machine.stopAll(0);
    rmSync(join(far.node.folder, 'replicas'), { recursive: true });
  });

  it('the fixes work: a Node.js that the file names, in place of none and of an old one, and a tunnel in place of an address', async () => {
    const named = join(root, 'named-node');
    copyFileSync(process.execPath, named);
    expect(await refusal()).toMatch(/^worker\.no-node: .*; try .*naming its path by `nodeProgram` of the node/);
    fakeNode('v16.20.2');
    expect(await refusal()).toMatch(/^worker\.old-node: .*; try .*naming its path by `nodeProgram` of the node/);
    const wrong = { nodeProgram: named, route: { type: 'address', address: `${far.homeAddress}:1` } } as const;
    expect(await refusal(wrong)).toMatch(/^worker\.server-unreachable: .*or neither key, so that a tunnel is used$/);
    expect(await ensureWorker(machine, place({ nodeProgram: named }))).toMatchObject({ how: 'started' });
    await machine.stopAll(0);
    rmSync(join(far.node.folder, 'replicas'), { recursive: true });
  });

  it('a worker that ends at once: the message quotes its log, and a package whose fault is mended works', async () => {
    const named = join(root, 'broken-node');
    copyFileSync(process.execPath, named);
    const broken = mkdtempSync(join(root, 'package-'));
    writeFileSync(join(broken, 'main.mjs'), "throw new Error('no such core');\n");
    const packages = { ...place().packages, pack: async () => broken };
    const error = await ensureWorker(machine, place({ nodeProgram: named, packages })).catch((thrown: unknown) => thrown as RingmasterError);
    expect(error).toMatchObject({ code: 'transport.command', message: expect.stringContaining('no such core') });
    const [, log = ''] = /^mending what the end of (\S+) in the node's folder shows; /.exec((error as RingmasterError).hint?.say ?? '') ?? [];
    expect((await machine.read(log, { bytesMax: 10_000 })).toString()).toContain('no such core');
    expect(await ensureWorker(machine, place({ nodeProgram: named }))).toMatchObject({ how: 'started' });
    await machine.stopAll(0);
    rmSync(join(far.node.folder, 'replicas'), { recursive: true });
  });

  it('a cluster without a key has no tunnel', async () => {
    fakeNode('v22.12.0', linux);
    const { keys: _, ...keyless } = place();
    const error = await ensureWorker(machine, keyless).catch((thrown: unknown) => thrown as { code: string });
    expect(error).toMatchObject({ code: 'worker.tunnel-key' });
  });

  it.each([
    [
      'AllowTcpForwarding no',
      /^worker\.tunnel-refused: .*sshd refuses to listen.* try (AllowTcpForwarding yes) in the sshd_config of the node and a reload/,
    ],
    [
      'GatewayPorts yes',
      /^worker\.tunnel-exposed: .*GatewayPorts yes.* try (GatewayPorts clientspecified) in the sshd_config of the node and a reload/,
    ],
  ])('an sshd with %s is refused, and the line of the fix works after a reload', async (fault, says) => {
    const named = join(root, 'tunnel-node');
    copyFileSync(process.execPath, named);
    await far.configure(fault);
    far.dropConnections();
    await eventually(
      'a new connection',
      () =>
        machine.probe().then(
          () => true,
          () => false,
        ),
      { limitMs: 20_000, everyMs: 100 },
    );
    const said = await refusal({ nodeProgram: named });
    const [, line = ''] = says.exec(said) ?? [];
    expect(line, said).not.toBe('');
    await far.configure(line);
    expect(await ensureWorker(machine, place({ nodeProgram: named }))).toMatchObject({ how: 'started' });
    await machine.stopAll(0);
    rmSync(join(far.node.folder, 'replicas'), { recursive: true });
  });
});
