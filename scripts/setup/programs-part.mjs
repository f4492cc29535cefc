/** Installs the programs that the demo's nodes and the tests need: OpenSSH, rsync, and flock and setsid of util-linux. */
import { findProgram } from './find-program.mjs';
import { installSystemPackages } from './install-system-packages.mjs';

/** Maps a program to the name of its package for each package manager. */
const wanted = {
  sshd: { apt: 'openssh-server', dnf: 'openssh-server', apk: 'openssh', brew: 'openssh' },
  ssh: { apt: 'openssh-client', dnf: 'openssh-clients', apk: 'openssh', brew: 'openssh' },
  'ssh-keygen': { apt: 'openssh-client', dnf: 'openssh', apk: 'openssh', brew: 'openssh' },
  rsync: { apt: 'rsync', dnf: 'rsync', apk: 'rsync', brew: 'rsync' },
  flock: { apt: 'util-linux', dnf: 'util-linux', apk: 'flock', brew: 'flock' },
  setsid: { apt: 'util-linux', dnf: 'util-linux', apk: 'setsid', brew: 'util-linux' },
};

const missing = (env) => Object.keys(wanted).filter((name) => findProgram(name, env, { alsoSystemFolders: name === 'sshd' }) === undefined);

export const programsPart = {
  needed: ({ env }) => missing(env).length > 0,
  get: async ({ env }) => {
    const names = missing(env);
    await installSystemPackages({ names, packages: (manager) => [...new Set(names.map((name) => wanted[name][manager]))], env });
  },
};
