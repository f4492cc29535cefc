import type { Hint } from '../../domain/failure/hint.ts';
import type { SshTarget } from './ssh-config.ts';

/** The method by which a key logs in. */
const byKey = 'publickey';

/**
 * Returns the advice for a host that takes no key alone: it asks a person for a password or a code. `methods` are the methods that the host still takes.
 * Returns undefined when a key is one of them.
 */
export function secondFactorHint(
  { userControlPath, openByHand }: Pick<SshTarget, 'userControlPath' | 'openByHand'>,
  methods: readonly string[],
): Hint | undefined {
  if (methods.length === 0 || methods.includes(byKey)) return undefined;
  const path = userControlPath === undefined ? '`ControlPath ~/.ssh/%C` for this host in the ssh configuration, then ' : '';
  return { say: `${path}a login by hand whose connection stays open and is used by Ringmaster`, run: openByHand };
}

/** Returns what a host said about the keys of a login, as a clause. */
export const sayMethods = (where: string, user: string, methods: readonly string[], tookKey: boolean): string =>
  tookKey
    ? `${where} took the key of ${user}, and wants more: ${methods.join(', ')}`
    : `${where} takes no key for a login, only ${methods.join(', ')}`;
