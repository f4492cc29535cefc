import { homedir } from 'node:os';

/** Returns the home folder of this user. Returns undefined when HOME is unset and the password database lacks the user, as in a container. */
export function homeFolder(env) {
  if (env.HOME) return env.HOME;
  try {
    return homedir();
  } catch (error) {
    if (error.info?.code === 'ENOENT') return undefined;
    throw error;
  }
}
