import { hostname, userInfo } from 'node:os';

/** Returns `user@host`, which is stored with a wish as its author. */
export function whoAmI(env: NodeJS.ProcessEnv): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${env['USER'] ?? 'unknown'}@${hostname()}`; // A user id without a name, as in a container.
  }
}
