import { spawn } from 'node:child_process';
import { RingmasterError } from '../../../domain/failure/failure.ts';
import { killGroup } from '../../../process/kill-group.ts';
import { sshOptions, type SshAddress, type SshTarget } from '../ssh-config.ts';
import { masterFailure } from './master-failure.ts';

/** Longer than for ssh2: a jump host is a connection of its own. A silent peer is given up sooner, by ConnectTimeout. */
const connectMsMax = 8_000;
const lastWordsMsMax = 300;
const stderrBytesMax = 64 * 1024;
/** So long a master whose holder was killed stays. */
const persistSeconds = 30;

/** First values win in ssh, so ours stand before the cluster file's and those before `~/.ssh/config`. */
const optionsOf = (address: SshAddress, path: string): string[] => [
  // In the background, no command, no forwarding of agents or displays. -v says the fingerprint and lets a jump host's ssh have its say:
  // without it ControlPersist would silence that.
  '-fNaxv',
  ...[
    'ControlMaster=yes',
    `ControlPath=${path}`,
    `ControlPersist=${persistSeconds}`,
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    // A frozen peer is noticed after five of these; ssh has whole seconds only.
    'ServerAliveInterval=1',
    'ServerAliveCountMax=4',
  ].flatMap((option) => ['-o', option]),
  ...sshOptions(address),
];

/**
 * Ends well when the master is logged in and listens: `-f` leaves it in the background then. Otherwise what ssh said is a failure with a code.
 * Answers the way to stop reading what it says from then on; until then it is read and dropped, for a ProxyCommand may die of a pipe that nobody reads.
 */
export function startMaster(node: string, address: SshAddress, target: SshTarget, path: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    // A group and no terminal: what a jump host's ssh would ask is refused, and all of it can be ended at once.
    const child = spawn('ssh', [...optionsOf(address, path), '--', address.host], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: { ...process.env, SSH_ASKPASS_REQUIRE: 'never' },
    });
    let said = '';
    let late = false;
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-stderrBytesMax)));
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, connectMsMax);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(
        new RingmasterError('transport.no-shell-tool', {
          cannot: `connect to node ${node}`,
          because: `ssh cannot be run here (${cause.message})`,
          hint: 'installing the OpenSSH client',
          fields: { node },
          cause,
        }),
      );
    });
    // Not 'close': the master in the background holds our pipe for life.
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) {
        child.stderr.removeAllListeners('data').resume();
        return resolve(() => child.stderr.destroy());
      }
      const tell = (): void => {
        clearTimeout(lastWords);
        child.stderr.destroy();
        reject(masterFailure(node, target, late ? `it was not ready within ${connectMsMax} ms` : said));
      };
      const lastWords = setTimeout(tell, lastWordsMsMax);
      if (child.stderr.readableEnded) tell();
      else child.stderr.once('end', tell);
    });
  });
}
