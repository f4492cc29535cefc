/** Measures one command on a connected node. Its floor (the least possible work) and its peer (a cold `ssh`) alternate with the command. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { quantile, round, timed } from './measure.mjs';

const commands = 200;
/** A cold `ssh` takes as long as many of the other commands, so a cold `ssh` runs only in every 20th round. */
const roundsPerColdSsh = 20;

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

export async function command(machine, peer, node, open) {
  const bare = await bareSsh2(node);
  const noop = { argv: ['true'], timeoutMs: 10_000 };
  await machine.run(noop);
  const remove = certify(node);
  const system = open();
  const { through } = await system.probe();
  remove();
  if (through === undefined) throw new Error("the system's ssh was not used");
  const took = { ours: [], system: [], bare: [], cold: [] };
  for (let k = -20; k < commands; k += 1) {
    const one = {
      ours: (await timed(() => machine.run(noop))).took,
      system: (await timed(() => system.run(noop))).took,
      bare: (await timed(() => bare.run())).took,
    };
    if (k >= 0) for (const [name, ms] of Object.entries(one)) took[name].push(ms);
    if (k >= 0 && k % roundsPerColdSsh === 0) took.cold.push((await timed(() => peer.onNode('true'))).took);
  }
  bare.end();
  await system.close();
  return {
    bench: 'transport',
    case: 'command',
    p50Ms: round(quantile(took.ours, 0.5)),
    p99Ms: round(quantile(took.ours, 0.99)),
    systemSshP50Ms: round(quantile(took.system, 0.5)),
    systemSshP99Ms: round(quantile(took.system, 0.99)),
    bareSsh2P50Ms: round(quantile(took.bare, 0.5)),
    peerColdSshP50Ms: round(quantile(took.cold, 0.5)),
    target: { p50Ms: 5 },
  };
}
