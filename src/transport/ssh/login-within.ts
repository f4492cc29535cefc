import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import type { SshTarget } from './ssh-config.ts';

/** The fix for a login that reached its limit. */
export const longerLogin = ({ byHand }: Pick<SshTarget, 'byHand'>): Hint => ({
  say: `a longer ${clusterKey('limits.login')} for the node in the cluster file, if this command needs longer`,
  run: byHand,
});

/**
 * Waits for a login at most as long as the request that needs it may take. The login itself goes on, and the next request finds it further on. So a
 * probe of a host with a slow login ends in time, and the other nodes of its round do not wait.
 */
export function loginWithin<T>(node: string, login: Promise<T>, waitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(stillConnecting(node, waitMs)), waitMs);
    login.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const stillConnecting = (node: string, waitMs: number): RingmasterError =>
  new RingmasterError('transport.unreachable', {
    cannot: `ask node ${node}`,
    because: `the login there did not end within the ${waitMs / 1_000} s of this request, and goes on`,
    hint: { say: `again in a moment; ${clusterKey('limits.login')} in the cluster file is the limit of the login` },
    fields: { node },
  });
