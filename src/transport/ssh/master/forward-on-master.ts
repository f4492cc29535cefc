import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { optionPath } from '../setting/option-path.ts';
import { tunnelLimits } from '../../limits.ts';
import { type Forward, forwardHost, type ForwardRequest } from '../link/link.ts';

const run = promisify(execFile);

/**
 * Asks a master to let sshd listen on the node's loopback. The master carries the connections to the address at home. ssh prints the port that sshd
 * chose. `host` is given only because the command line of ssh requires a host.
 */
export async function forwardOnMaster(path: string, host: string, { port, to }: ForwardRequest): Promise<Forward | 'refused'> {
  const target = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const ask = (verb: 'forward' | 'cancel', listened: number): Promise<{ readonly stdout: string }> => {
    // `-F none`: ssh would ask for the forwards of the user's configuration, too.
    const options = [
      '-F',
      'none',
      '-o',
      `ControlPath=${optionPath(path)}`,
      '-o',
      'LogLevel=ERROR',
      '-O',
      verb,
      '-R',
      `${forwardHost}:${listened}:${target}`,
    ];
    return run('ssh', [...options, '--', host], { timeout: tunnelLimits.forwardMsMax });
  };
  try {
    const { stdout } = await ask('forward', port);
    const listened = port === 0 ? Number(/\d+/.exec(stdout)?.[0]) : port;
    if (!Number.isInteger(listened)) throw new Error(`ssh -O forward printed no port: ${stdout}`);
    // ssh keeps a forward whose port sshd chose under the port 0 of the request.
    return {
      port: listened,
      stop: () =>
        ask('cancel', port).then(
          () => undefined,
          () => undefined,
        ),
    };
  } catch (error) {
    // ssh ends with 255 when sshd refuses, and also when the master is gone. Its text shows which of the two it is.
    const { stderr = '' } = error as { readonly stderr?: string };
    if (/forwarding (request )?failed/i.test(stderr)) return 'refused';
    throw error;
  }
}
