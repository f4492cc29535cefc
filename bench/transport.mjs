/**
 * Measures the product's compiled transport on a practice node of this machine (a real sshd on loopback).
 *   command  Runs one command on a connected node by each login shell, through ssh2 and through the system's ssh, against a bare exec of `true` through
 *            ssh2 and against a bare `ssh` through a master.
 *   tree     Pushes 10,000 files of 4 KiB (push-tree), verified by sha256 on the node: first copy, nothing changed, one file changed. Then pulls the
 *            same files (pull-tree), with the checksums of both sides: first copy, nothing changed.
 *   file     Pushes and pulls one file of 500 MB in the same way.
 * The peer of our copies is plain `rsync -e ssh`, then `sha256sum -c` on the node with a list made from the source. Our code and the peer run in the
 * same rounds and take turns at going first. The time to make the list is measured separately. `ratio` leaves this time out of the peer's time,
 * although our code always makes its own list. `ratioWithList` includes the time. For a copy of what is already there, `ratio` compares with the
 * peer's rsync, list and verification, and `ratioToRsync` with the peer's rsync alone.
 * Usage: npx tsc -b src/transport && node bench/transport.mjs [rounds] [command | tree | file]
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, utimesSync, writeFileSync, writeSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openMachine } from '../dist/src/transport/open-machine.js';
import { preparePracticeNode, removePracticeNode } from '../dist/src/practice/practice-node.js';
import { practiceSshdCommand } from '../dist/src/practice/practice-sshd.js';
import { acceptsConnections } from '../dist/src/system/port.js';
import { until } from '../dist/src/system/until.js';
import { commands } from './transport/command.mjs';
import { quantile, round, roundRatio, timed } from './transport/measure.mjs';

const treeFiles = 10_000;
const treeFileBytes = 4_096;
const bigFileBytes = 500_000_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .on('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });

async function waitForPort(port) {
  if (!(await until(10_000, () => acceptsConnections(port), 50))) throw new Error('sshd does not accept connections');
}

function makeTree(root) {
  for (let k = 0; k < treeFiles; k += 1) {
    const folder = join(root, `part-${k % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `game-${k}.ndjson`), randomBytes(treeFileBytes));
  }
}

function makeFile(root) {
  mkdirSync(root);
  const chunk = randomBytes(4_000_000);
  const file = openSync(join(root, 'training-set.bin'), 'w');
  for (let written = 0; written < bigFileBytes; written += chunk.length) {
    chunk.writeUInt32LE(written / 1_000, 0);
    writeSync(file, chunk);
  }
  closeSync(file);
}

/** Changes the time of every file, so that our code reads every file again. Our code caches checksums by size, times and inode. */
function touchAll(root) {
  const now = new Date();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), now, now);
}

/** Runs all cases, or the case named by `only` (command, tree, file). */
export async function transportBench(rounds = 5, only) {
  const root = mkdtempSync(join(tmpdir(), 'ringmaster-bench-'));
  chmodSync(root, 0o755);
  const request = { id: 'bench', root, address: '127.0.0.1', port: await freePort(), userName: `rmb-${randomBytes(3).toString('hex')}` };
  const node = await preparePracticeNode(request);
  const [program, ...args] = practiceSshdCommand(node);
  const sshd = spawn(program, args, { stdio: 'ignore' });
  const { host, port, user, identityFile, knownHostsFile, folder } = node;
  const how = { type: 'ssh', host, port, user, identityFile, knownHostsFile };
  const owner = { id: request.userName, says: 'bench', isUpgraded: false };
  const open = (place) => openMachine({ node: 'bench', owner, folder, connect: how, place });
  const machine = open();
  const results = [];
  const cleanUp = async () => {
    await machine.close();
    sshd.kill();
    await removePracticeNode(request);
    rmSync(root, { recursive: true, force: true });
  };
  const interrupted = () => void cleanUp().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
  const report = (line) => {
    results.push(line);
    console.log(JSON.stringify(line));
  };
  try {
    await waitForPort(node.port);
    const peer = peerOf(node);
    const wanted = (name) => only === undefined || only === name;
    if (wanted('command')) for (const line of await commands(peer, node, open, root)) report(line);
    if (wanted('tree')) {
      const tree = join(root, 'tree');
      makeTree(tree);
      report(await push('tree', machine, peer, tree, rounds));
      report(await pushAgain(machine, peer, tree, rounds));
      report(await pull('tree', machine, peer, join(root, 'home'), rounds));
      rmSync(join(root, 'home'), { recursive: true, force: true });
    }
    if (wanted('file')) {
      const file = join(root, 'file');
      makeFile(file);
      report(await push('file', machine, peer, file, rounds));
      report(await pull('file', machine, peer, join(root, 'home'), rounds));
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted);
    await cleanUp();
  }
  return results;
}

/** Calls the system's tools as an operator would. */
function peerOf({ host, port, user, identityFile, knownHostsFile, folder }) {
  const ssh = ['-F', 'none', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${knownHostsFile}`, '-i', identityFile, '-p', String(port)];
  const onNode = (line, input) => execFileSync('ssh', [...ssh, `${user}@${host}`, line], { input: input ?? '', maxBuffer: 1 << 26 });
  const shell = `ssh ${ssh.join(' ')}`;
  return {
    onNode,
    list: (from) => execFileSync('sh', ['-c', 'cd "$1" && find . -type f -print0 | xargs -0 sha256sum', 'sh', from], { maxBuffer: 1 << 26 }),
    push: (from, name) => execFileSync('rsync', ['-rt', '-e', shell, `${from}/`, `${user}@${host}:${folder}/${name}/`]),
    verify: (name, list) => onNode(`cd ${folder}/${name} && sha256sum -c --quiet -`, list),
    pull: (name, to) => execFileSync('rsync', ['-rt', '-e', shell, `${user}@${host}:${folder}/${name}/`, `${to}/`]),
    verifyHere: (to, list) => execFileSync('sha256sum', ['-c', '--quiet', '-'], { cwd: to, input: list }),
  };
}

async function alternate(k, ours, peers) {
  if (k % 2 === 0) {
    await ours();
    await peers();
  } else {
    await peers();
    await ours();
  }
}

const median = (values) => quantile(values, 0.5);

const summary = (name, ours, peers, lists) => ({
  bench: 'transport',
  case: name,
  rounds: ours.length,
  oursMs: round(median(ours)),
  peerMs: round(median(peers)),
  peerListMs: round(median(lists)),
  ratio: roundRatio(median(ours) / median(peers)),
  ratioWithList: roundRatio(median(ours) / (median(peers) + median(lists))),
});

/** Compares copies of a tree that is already there. `rsync` has the time of the peer's rsync alone, which compares sizes and times and reads no file. */
const againSummary = ({ ours, peers, rsync }) => ({
  oursMs: round(median(ours)),
  peerMs: round(median(peers)),
  rsyncMs: round(median(rsync)),
  ratio: roundRatio(median(ours) / median(peers)),
  ratioToRsync: roundRatio(median(ours) / median(rsync)),
});

/** Runs our copy and the peer's copy in turns. `peerCopies` runs rsync, and `peerVerifies` makes the list and verifies the copy with it. */
async function copyAgain(k, { ours, peers, rsync }, { weCopy, peerCopies, peerVerifies }) {
  await alternate(
    k,
    async () => ours.push((await timed(weCopy)).took),
    async () => {
      const copied = await timed(peerCopies);
      rsync.push(copied.took);
      peers.push(copied.took + (await timed(peerVerifies)).took);
    },
  );
}

const noTimes = () => ({ ours: [], peers: [], rsync: [] });

async function push(name, machine, peer, from, rounds) {
  const [ours, peers, lists] = [[], [], []];
  for (let k = 0; k < rounds; k += 1) {
    touchAll(from);
    await sleep(200);
    await alternate(
      k,
      async () => ours.push((await timed(() => machine.copy({ type: 'push-tree', dataset: `${name}-${k}`, from }))).took),
      async () => {
        const list = await timed(() => peer.list(from));
        lists.push(list.took);
        peers.push(
          (
            await timed(() => {
              peer.push(from, `peer-${name}-${k}`);
              peer.verify(`peer-${name}-${k}`, list.result);
            })
          ).took,
        );
      },
    );
    if (k < rounds - 1) peer.onNode(`rm -rf ringmaster/peer-${name}-${k} ringmaster/replicas/${name}-${k}`);
  }
  return summary(`push ${name}`, ours, peers, lists);
}

/** Pushes the tree of the last round again, first unchanged, then with one changed file. */
async function pushAgain(machine, peer, tree, rounds) {
  const name = `tree-${rounds - 1}`;
  const cases = { nothingChanged: noTimes(), oneFileChanged: noTimes() };
  for (let k = 0; k < rounds; k += 1) {
    for (const [what, times] of Object.entries(cases)) {
      if (what === 'oneFileChanged') writeFileSync(join(tree, 'part-0', 'game-0.ndjson'), randomBytes(treeFileBytes));
      await sleep(100);
      await copyAgain(k, times, {
        weCopy: () => machine.copy({ type: 'push-tree', dataset: name, from: tree }),
        peerCopies: () => peer.push(tree, `peer-${name}`),
        peerVerifies: () => peer.verify(`peer-${name}`, peer.list(tree)),
      });
    }
  }
  return {
    bench: 'transport',
    case: 'push tree again',
    rounds,
    ...Object.fromEntries(Object.entries(cases).map(([what, times]) => [what, againSummary(times)])),
  };
}

/** Pulls the tree of the last round of pushes. */
async function pull(name, machine, peer, home, rounds) {
  const [ours, peers, lists] = [[], [], []];
  const again = noTimes();
  for (let k = 0; k < rounds; k += 1) {
    peer.onNode(
      `cd ringmaster && mkdir -p datasets && rm -rf datasets/.sums.* datasets/pulled && cp -rp replicas/${name}-${rounds - 1}/current/ datasets/pulled && sleep 3`,
    );
    const peerHome = join(home, `peer-${k}`);
    const pullOurs = () => machine.copy({ type: 'pull-tree', dataset: 'pulled', to: join(home, `ours-${k}`) });
    const peerList = () => peer.onNode('cd ringmaster/datasets/pulled && find . -type f -print0 | xargs -0 sha256sum');
    mkdirSync(peerHome, { recursive: true });
    await alternate(
      k,
      async () => ours.push((await timed(pullOurs)).took),
      async () => {
        const list = await timed(peerList);
        lists.push(list.took);
        peers.push(
          (
            await timed(() => {
              peer.pull('datasets/pulled', peerHome);
              peer.verifyHere(peerHome, list.result);
            })
          ).took,
        );
      },
    );
    await copyAgain(k, again, {
      weCopy: pullOurs,
      peerCopies: () => peer.pull('datasets/pulled', peerHome),
      peerVerifies: () => peer.verifyHere(peerHome, peerList()),
    });
    for (const side of ['ours', 'peer']) rmSync(join(home, `${side}-${k}`), { recursive: true, force: true });
  }
  return { ...summary(`pull ${name}`, ours, peers, lists), nothingChanged: againSummary(again) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await transportBench(Number(process.argv[2] ?? 5), process.argv[3]);
