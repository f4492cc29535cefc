import { spawn } from 'node:child_process';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { killGroup } from '../../../process/kill-group.ts';
import { sshLimits } from '../../limits.ts';
import { sshEnvironment } from '../run-ssh.ts';
import { optionPath } from '../setting/option-path.ts';
import type { SshTarget } from '../ssh-config.ts';
import { masterFailure } from './master-failure.ts';

/** In ssh the first value of an option wins. Our options therefore come first, then those of the target, then `~/.ssh/config`. */
const optionsOf = (target: SshTarget, path: string): string[] => [
  // -f sends ssh to the background. -N runs no command. -a and -x forward neither an agent nor a display. -v prints the fingerprint. -v also keeps
  // the messages of a jump host's ssh, which ControlPersist would otherwise silence.
  '-fNaxv',
  ...[
    'ControlMaster=yes',
    `ControlPath=${optionPath(path)}`,
    `ControlPersist=${sshLimits.masterPersistSeconds}`,
    `ServerAliveInterval=${sshLimits.masterKeepaliveSeconds}`,
    `ServerAliveCountMax=${sshLimits.masterKeepaliveMissesMax}`,
  ].flatMap((option) => ['-o', option]),
  ...target.options,
];

/**
 * Starts a master. Resolves when the master is logged in and its socket listens, because `-f` sends ssh to the background at that moment. Rejects
 * with the failure that ssh printed.
 * Returns a function that closes the master's stderr. Until that function is called, the master's later output is read and dropped, because a
 * ProxyCommand can be killed by a pipe that has no reader.
 */
export function startMaster(node: string, target: SshTarget, path: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    // `detached` makes a process group without a terminal. So a question that a jump host's ssh asks is refused, and the whole group can be killed at
    // once.
    const child = spawn('ssh', [...optionsOf(target, path), '--', target.name], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: sshEnvironment(),
    });
    const beganAt = performance.now();
    const limitMs = target.loginMs + sshLimits.masterMarginMs;
    let stderr = '';
    let late = false;
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-sshLimits.masterStderrBytesMax)));
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, limitMs);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(
        new RingmasterError('transport.no-shell-tool', {
          cannot: `connect to node ${node}`,
          because: `ssh cannot be run here (${cause.message})`,
          hint: { say: 'installing the OpenSSH client' },
          fields: { node },
          cause,
        }),
      );
    });
    // Waits for 'exit', not for 'close': the master in the background keeps our pipe open for its whole life.
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) {
        child.stderr.removeAllListeners('data').resume();
        return resolve(() => child.stderr.destroy());
      }
      const fail = (): void => {
        clearTimeout(stderrTimer);
        child.stderr.destroy();
        const isLate = performance.now() - beganAt >= target.loginMs;
        masterFailure(node, target, late ? `the login did not end within ${target.loginMs / 1_000} s` : stderr, isLate).then(reject, reject);
      };
      const stderrTimer = setTimeout(fail, sshLimits.lastStderrMsMax);
      if (child.stderr.readableEnded) fail();
      else child.stderr.once('end', fail);
    });
  });
}
