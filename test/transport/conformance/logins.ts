/**
 * The table of logins. A row is a user's login shell, start-up file and forced command, as nodes have them, and what is expected of the node: it works as
 * any other, or it is refused by a code with the words of the host. The tests of the transport and the matrix use the same table.
 */
export interface LoginRow {
  readonly name: string;
  /** The path of the login shell. `busybox` stands for a link to busybox, and `sh-bash` for a link to bash with the name sh. */
  readonly shell: string;
  /** The start-up files, by their path in the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The value of `command=` in authorized_keys. `FORCED` in it stands for the path of a program with the text `forced`. */
  readonly forced?: string;
  /** `works`, or the text that the failure `transport.no-shell` contains. */
  readonly expects: 'works' | { readonly refused: string };
  /** True when the login can print into the protocol of rsync, so that a tree may travel by tar. */
  readonly tears?: true;
  /** True when the login sets its own PATH, so that no test can hide rsync from it. */
  readonly setsPath?: true;
  /** A part of the note about the login. Absent when there is no note. */
  readonly note?: string;
}

const strict = `set -eu
set -C
IFS=e
export IFS SHELLOPTS CDPATH=/:/tmp TAR_OPTIONS=--bad BASH_ENV=/dev/full ENV=/dev/full LC_ALL=C.UTF-8 LANGUAGE=tr PROMPT_COMMAND="echo prompt" TMOUT=1
export POSIXLY_CORRECT=1 BLOCK_SIZE=1M DF_BLOCK_SIZE=1G QUOTING_STYLE=c TZ=Asia/Tokyo TMPDIR=/nonexistent RSYNC_RSH=false RSYNC_OLD_ARGS=1 GZIP=-9
umask 077
cd /
`;

export const loginTable: readonly LoginRow[] = [
  // The rows that take longest come first, because rows run at the same time.
  { name: 'bash that is slow', shell: '/bin/bash', files: { '.bashrc': 'sleep 0.3\n' }, expects: 'works' },
  {
    name: 'bash that leaves a process',
    shell: '/bin/bash',
    files: { '.bashrc': 'sleep 600 &\n' },
    expects: 'works',
  },
  {
    name: 'bash that prints at any time',
    shell: '/bin/bash',
    files: { '.bashrc': 'echo Hi\n(while sleep 0.05; do echo late; echo late >&2; done) &\n' },
    expects: 'works',
    note: 'Hi',
    tears: true,
  },
  {
    name: 'bash that joins its outputs',
    shell: '/bin/bash',
    files: { '.bashrc': 'echo Hi\nexec 2>&1\n' },
    expects: 'works',
    note: 'Hi',
    tears: true,
  },
  {
    name: 'bash that colours its errors',
    shell: '/bin/bash',
    files: { '.bashrc': "exec 2> >(sed $'s,.*,\\e[31m&\\e[m,' >&2)\n" },
    expects: 'works',
    tears: true,
  },
  {
    name: 'a forced command that drops errors',
    shell: '/bin/sh',
    forced: `eval \\"$SSH_ORIGINAL_COMMAND\\" 2>/dev/null`,
    expects: 'works',
    tears: true,
  },
  { name: 'dash', shell: '/bin/dash', expects: 'works' },
  { name: 'sh', shell: '/bin/sh', expects: 'works' },
  { name: 'sh that is bash', shell: 'sh-bash', expects: 'works' },
  { name: 'sh that is mksh', shell: 'sh-mksh', expects: 'works' },
  { name: 'busybox', shell: 'busybox', expects: 'works' },
  { name: 'bash', shell: '/bin/bash', expects: 'works' },
  { name: 'bash that prints', shell: '/bin/bash', files: { '.bashrc': 'echo Welcome\ndate\n' }, expects: 'works', note: 'Welcome; ' },
  { name: 'bash that prints no newline', shell: '/bin/bash', files: { '.bashrc': 'printf "Welcome "\n' }, expects: 'works', note: 'Welcome' },
  {
    name: 'bash that prints errors',
    shell: '/bin/bash',
    files: { '.bashrc': 'cat /nowhere\necho No space left on device, Permission denied >&2\n' },
    expects: 'works',
    note: 'No such file',
  },
  { name: 'bash that prints 2 MB', shell: '/bin/bash', files: { '.bashrc': 'yes noise | head -c 2000000\n' }, expects: 'works', note: 'noise' },
  { name: 'bash that prints without end', shell: '/bin/bash', files: { '.bashrc': 'yes noise\n' }, expects: { refused: 'printed more than' } },
  { name: 'bash with strict options and another folder', shell: '/bin/bash', files: { '.bashrc': strict }, expects: 'works' },
  {
    name: 'bash with aliases, functions and a trap',
    shell: '/bin/bash',
    files: {
      '.bashrc': `shopt -s expand_aliases\nalias sh=false cd=false ls=false\nrsync() { false; }\nexport -f rsync\ntrap 'echo Bye; exit 9' EXIT\ntrap '' HUP PIPE\n`,
    },
    expects: 'works',
  },
  { name: 'bash without a PATH', shell: '/bin/bash', files: { '.bashrc': 'export PATH=/nowhere\n' }, expects: 'works', setsPath: true },
  { name: 'bash that becomes zsh', shell: '/bin/bash', files: { '.bashrc': 'echo Hi\nexec zsh\n' }, expects: 'works', note: 'Hi' },
  { name: 'bash that becomes mksh', shell: '/bin/bash', files: { '.bashrc': 'exec mksh\n' }, expects: 'works' },
  { name: 'bash that becomes fish', shell: '/bin/bash', files: { '.bashrc': 'exec fish\n' }, expects: { refused: 'replaces the shell' } },
  { name: 'restricted bash', shell: '/bin/rbash', files: { '.bashrc': 'echo Hello\n' }, expects: 'works', note: 'Hello' },
  {
    name: 'zsh',
    shell: '/bin/zsh',
    files: { '.zshenv': 'echo Welcome\nsetopt noclobber extended_glob\nalias sh=false\n' },
    expects: 'works',
    note: 'Welcome',
  },
  {
    name: 'fish',
    shell: '/usr/bin/fish',
    files: {
      '.config/fish/config.fish':
        'echo Welcome\nfunction sh; false; end\nfunction cat; false; end\nfunction eval; false; end\nfunction exec; false; end\n',
    },
    expects: 'works',
    note: 'Welcome',
  },
  {
    name: 'tcsh',
    shell: '/usr/bin/tcsh',
    files: { '.cshrc': 'echo Welcome\nset noclobber\nalias sh false\n' },
    expects: 'works',
    note: 'Welcome',
  },
  { name: 'csh', shell: '/usr/bin/csh', files: { '.cshrc': 'echo Welcome\nalias sh false\n' }, expects: 'works', note: 'Welcome' },
  { name: 'ksh', shell: '/usr/bin/ksh', expects: 'works' },
  { name: 'mksh', shell: '/usr/bin/mksh', expects: 'works' },
  { name: 'ssh/rc that prints', shell: '/bin/bash', files: { '.ssh/rc': 'echo Welcome\n' }, expects: 'works', note: 'Welcome' },
  {
    name: 'a forced command that runs the command',
    shell: '/bin/bash',
    forced: `eval \\"$SSH_ORIGINAL_COMMAND\\"; echo Bye; echo Bye >&2; exit 3`,
    expects: 'works',
  },
  {
    name: 'a forced command that does not read quotes',
    shell: '/bin/sh',
    forced: `echo \\"$SSH_ORIGINAL_COMMAND\\"; $SSH_ORIGINAL_COMMAND`,
    expects: 'works',
    note: 'sh -c ',
  },
  { name: 'a forced command that becomes the command', shell: '/bin/bash', forced: 'exec $SSH_ORIGINAL_COMMAND', expects: 'works' },
  { name: 'a forced command with a shell of its own', shell: '/bin/sh', forced: `exec bash -c \\"$SSH_ORIGINAL_COMMAND\\"`, expects: 'works' },
  { name: 'bash that reads a line', shell: '/bin/bash', files: { '.bashrc': 'read -r line\n' }, expects: 'works' },
  {
    name: 'bash that reads standard input',
    shell: '/bin/bash',
    files: { '.bashrc': 'cat >/dev/null\n' },
    expects: { refused: 'reads the whole standard input' },
  },
  {
    name: 'bash that writes to a log',
    shell: '/bin/bash',
    files: { '.bashrc': 'exec >>log 2>&1\n' },
    expects: { refused: 'printed nothing and ended with 0' },
  },
  { name: 'nologin', shell: '/usr/sbin/nologin', expects: { refused: 'This account is currently not available' } },
  { name: 'false', shell: '/bin/false', expects: { refused: 'printed nothing and ended with 1' } },
  { name: 'git-shell', shell: '/usr/bin/git-shell', expects: { refused: 'fatal: ' } },
  { name: 'internal-sftp', shell: '/bin/sh', forced: 'internal-sftp', expects: { refused: 'This service allows sftp connections only' } },
  { name: 'a forced command of its own', shell: '/bin/sh', forced: 'echo Backup host, no shell', expects: { refused: 'Backup host, no shell' } },
];
