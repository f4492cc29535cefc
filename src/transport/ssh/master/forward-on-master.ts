import { optionPath } from '../setting/option-path.ts';
import { tunnelLimits } from '../../limits.ts';
import { type Forward, forwardHost, type ForwardRequest } from '../link/link.ts';
import { runSsh } from '../run-ssh.ts';

/**
 * Asks a master to let sshd listen on the node's loopback. The master carries the connections to the address at home. ssh prints the port that sshd
 * chose. `host` is given only because the command line of ssh requires a host.
 */
export async function forwardOnMaster(path: string, host: string, { port, to }: ForwardRequest): Promise<Forward | 'refused'> {
  const target = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const control = (verb: string, more: readonly string[] = []): Promise<{ readonly stdout: string }> => {
    // `-F none`: ssh would ask for the forwards of the user's configuration, too.
    const options = ['-F', 'none', '-o', `ControlPath=${optionPath(path)}`, '-o', 'LogLevel=ERROR', '-O', verb, ...more];
    return runSsh('ssh', [...options, '--', host], tunnelLimits.forwardMsMax);
  };
  const ask = (verb: 'forward' | 'cancel', listened: number) => control(verb, ['-R', `${forwardHost}:${listened}:${target}`]);
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
    // ssh ends with 255 when sshd refuses, and also when the master is gone. A master that is there was refused.
    const isThere = typeof (error as { readonly code?: unknown }).code === 'number' && (await control('check').catch(() => undefined)) !== undefined;
    if (isThere) return 'refused';
    throw error;
  }
}
