/**
 * Measures one command on a connected node, through ssh2 and through the system's ssh (which the product uses for a jump host), against the floor: a bare
 * exec of `true` through ssh2. A round runs each of them once, after a pause in which the session before ends on the node. The order goes through all
 * permutations, so that a load of the machine and what runs before hit each of them alike. `ratio` has the quartiles of the ratios of the rounds, and
 * `ratioOfMedians` compares the medians. The first rounds are not counted, because Node.js still compiles the code in them.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { placeKey } from '../../dist/src/domain/node/place.js';
import { quantile, round, roundRatio, timed } from './measure.mjs';

const warmRounds = 300;
const rounds = 600;
const pauseMs = 3;
/** A cold `ssh` takes as long as many of the other commands, so a cold `ssh` runs only in every 50th round. */
const roundsPerColdSsh = 50;

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

/** `open` opens a machine. It takes the function that returns the accepted place of the node, which every program of the product compares. */
export async function command(peer, node, open) {
  const bare = await bareSsh2(node);
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
    const steps = { bare: () => bare.run(), ssh2: () => ours.run(noop), system: () => system.run(noop) };
    const orders = permutations(Object.keys(steps));
    const took = { bare: [], ssh2: [], system: [] };
    const cold = [];
    for (let k = -warmRounds; k < rounds; k += 1) {
      for (const name of orders[(k + warmRounds) % orders.length]) {
        await sleep(pauseMs);
        const { took: ms } = await timed(steps[name]);
        if (k >= 0) took[name].push(ms);
      }
      if (k >= 0 && k % roundsPerColdSsh === 0) cold.push((await timed(() => peer.onNode('true'))).took);
    }
    return {
      bench: 'transport',
      case: 'command',
      rounds,
      bareSsh2P50Ms: round(quantile(took.bare, 0.5)),
      ssh2: compared(took.ssh2, took.bare),
      systemSsh: compared(took.system, took.bare),
      peerColdSshP50Ms: round(quantile(cold, 0.5)),
    };
  } finally {
    bare.end();
    for (const machine of machines) await machine.close();
  }
}
