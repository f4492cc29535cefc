/**
 * Measures one command on a connected node, through ssh2 and through the system's ssh (which the product uses for a jump host), against the floor: a bare
 * exec of `true` through ssh2. A round runs each of them once, after a pause in which the session before ends on the node. The order goes through all
 * permutations, so that a load of the machine and what runs before hit each of them alike. `ratio` has the quartiles of the ratios of the rounds, and
 * `ratioOfMedians` compares the medians. `ratioToBareSsh` compares the system's ssh with its own peer: a bare `ssh` that runs `true` through a master. The
 * first rounds are not counted, because Node.js still compiles the code in them. Every login shell that this machine has is measured in the same way.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { placeKey } from '../../dist/src/domain/node/place.js';
import { quantile, round, roundRatio, timed } from './measure.mjs';

const warmRounds = 300;
const rounds = 600;
/** The login shells, and the share of the rounds that each gets. Only root can give a login another shell. */
const logins = [
  { shell: '/bin/sh', name: 'command', share: 1 },
  { shell: '/bin/bash', name: 'command by bash', share: 1 / 3 },
  { shell: '/usr/bin/fish', name: 'command by fish', share: 1 / 6 },
];
const pauseMs = 3;
/** A cold `ssh` takes as long as many of the other commands, so a cold `ssh` runs only in every 50th round. */
const roundsPerColdSsh = 50;
/** A bare `ssh` is a process, whose end takes time from what runs next. So a bare `ssh` runs only in every 5th round, before a pause. */
const roundsPerBareSsh = 5;

/** Runs `true` through ssh2 alone, which is the least work that ssh2 can do. */
async function bareSsh2({ host, port, user, identityFile }) {
  const client = new ssh2.Client();
  await new Promise((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    const sock = connect({ host, port, noDelay: true });
    client.connect({ sock, username: user, privateKey: readFileSync(identityFile), hostVerifier: () => true });
  });
  const run = () =>
    new Promise((resolve, reject) =>
      client.exec('true', (error, channel) => {
        if (error) return reject(error);
        channel.on('close', resolve).resume().stderr.resume();
        channel.end();
      }),
    );
  return { run, end: () => client.end() };
}

/** Runs `true` by a bare `ssh` through a master, which is the least work that the system's ssh can do. */
function bareSsh({ host, port, user, identityFile, knownHostsFile }, root) {
  const socket = join(root, 'm');
  const to = [`${user}@${host}`, '-p', String(port), '-F', 'none', '-S', socket];
  const options = ['-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${knownHostsFile}`, '-i', identityFile];
  execFileSync('ssh', ['-fNM', ...to, ...options], { stdio: 'ignore' });
  const ssh = promisify(execFile);
  return { run: () => ssh('ssh', [...to, 'true']), end: () => execFileSync('ssh', [...to, '-O', 'exit'], { stdio: 'ignore' }) };
}

/** Puts a certificate beside the identity file, so that the product uses the system's ssh. sshd still accepts the key without its certificate. */
function certify({ identityFile, user }) {
  execFileSync('ssh-keygen', ['-q', '-s', identityFile, '-I', 'bench', '-n', user, `${identityFile}.pub`]);
  return () => rmSync(`${identityFile}-cert.pub`);
}

const permutations = (values) =>
  values.length < 2 ? [values] : values.flatMap((first) => permutations(values.filter((value) => value !== first)).map((rest) => [first, ...rest]));

/** Compares with the floor, round by round. */
function compared(took, floor) {
  const ratios = took.map((ms, k) => ms / floor[k]);
  return {
    p50Ms: round(quantile(took, 0.5)),
    p99Ms: round(quantile(took, 0.99)),
    ratio: [0.25, 0.5, 0.75].map((part) => roundRatio(quantile(ratios, part))),
    ratioOfMedians: roundRatio(quantile(took, 0.5) / quantile(floor, 0.5)),
  };
}

/**
 * Returns a line for each login shell. `open` opens a machine. It takes the function that returns the accepted place of the node, which every program of the
 * product compares. `root` is a folder for sockets.
 */
export async function commands(peer, node, open, root) {
  const lines = [];
  for (const { shell, name, share } of process.getuid() === 0 ? logins : logins.slice(0, 1)) {
    if (!existsSync(shell)) continue;
    if (shell !== '/bin/sh') execFileSync('usermod', ['--shell', shell, node.user]);
    lines.push(await command(name, share, { peer, node, open, root }));
  }
  return lines;
}

async function command(name, share, { peer, node, open, root }) {
  const bare = await bareSsh2(node);
  const bareSystem = bareSsh(node, root);
  const noop = { argv: ['true'], timeoutMs: 10_000 };
  const machines = [];
  const openAt = (place) => {
    machines.push(open(place));
    return machines.at(-1);
  };
  try {
    const { place } = await openAt().probe();
    const ours = openAt(() => placeKey(place));
    await ours.run(noop);
    const remove = certify(node);
    const system = openAt(() => placeKey(place));
    const { through } = await system.probe();
    remove();
    if (through === undefined) throw new Error("the system's ssh was not used");
    const steps = { bare: bare.run, ssh2: () => ours.run(noop), system: () => system.run(noop) };
    const orders = permutations(Object.keys(steps));
    const took = { bare: [], ssh2: [], system: [] };
    const bareSshTook = [];
    const cold = [];
    const count = Math.round(rounds * share);
    for (let k = -Math.round(warmRounds * share); k < count; k += 1) {
      for (const step of orders[(k + warmRounds) % orders.length]) {
        await sleep(pauseMs);
        const { took: ms } = await timed(steps[step]);
        if (k >= 0) took[step].push(ms);
      }
      if (k >= 0 && k % roundsPerBareSsh === 0) {
        bareSshTook.push((await timed(bareSystem.run)).took);
        await sleep(10 * pauseMs);
      }
      if (k >= 0 && k % roundsPerColdSsh === 0) cold.push((await timed(() => peer.onNode('true'))).took);
    }
    return {
      bench: 'transport',
      case: name,
      rounds: count,
      bareSsh2P50Ms: round(quantile(took.bare, 0.5)),
      bareSshP50Ms: round(quantile(bareSshTook, 0.5)),
      ssh2: compared(took.ssh2, took.bare),
      systemSsh: {
        ...compared(took.system, took.bare),
        ratioToBareSsh: roundRatio(quantile(took.system, 0.5) / quantile(bareSshTook, 0.5)),
      },
      peerColdSshP50Ms: round(quantile(cold, 0.5)),
    };
  } finally {
    bare.end();
    bareSystem.end();
    for (const machine of machines) await machine.close();
  }
}
