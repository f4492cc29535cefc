/**
 * Installs the programs that the demo's nodes and the tests need: OpenSSH, rsync, and flock and setsid of util-linux. The checks and tests also need the
 * shells that nodes may have, `ip`, curl and wget.
 */
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

const shells = ['bash', 'busybox', 'dash', 'fish', 'mksh', 'tcsh', 'zsh'];
const wantedForTests = {
  ...Object.fromEntries(shells.map((name) => [name, { apt: name, dnf: name, apk: name, brew: name }])),
  ksh: { apt: 'ksh93u+m', dnf: 'ksh', apk: 'loksh', brew: 'ksh93' },
  csh: { apt: 'csh', dnf: 'tcsh', apk: 'tcsh', brew: 'tcsh' },
  // A login whose shell is git-shell is one of those that are tested.
  'git-shell': { apt: 'git', dnf: 'git', apk: 'git', brew: 'git' },
  // A node asks for the health of a daemon with one of these.
  curl: { apt: 'curl', dnf: 'curl', apk: 'curl', brew: 'curl' },
  wget: { apt: 'wget', dnf: 'wget', apk: 'wget', brew: 'wget' },
  // The tests of a node on another machine make network namespaces.
  ip: { apt: 'iproute2', dnf: 'iproute', apk: 'iproute2', brew: 'iproute2mac' },
};
/** Programs that can stand in a folder that is on the PATH of root only. */
const systemPrograms = ['sshd', 'ip'];

export const packagesOf = ({ forTests }) => (forTests ? { ...wanted, ...wantedForTests } : wanted);
const missing = (context) =>
  Object.keys(packagesOf(context)).filter(
    (name) => findProgram(name, context.env, { alsoSystemFolders: systemPrograms.includes(name) }) === undefined,
  );

export const programsPart = {
  needed: (context) => missing(context).length > 0,
  get: async (context) => {
    const names = missing(context);
    const packages = packagesOf(context);
    await installSystemPackages({
      names,
      packages: (manager) => [...new Set(names.map((name) => packages[name][manager]))],
      env: context.env,
    });
  },
};
