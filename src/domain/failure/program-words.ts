/**
 * The one table of the words of other programs that Ringmaster reads. An exit code, a signal, the name of an error and its number come first, so these
 * words count only where a program gives nothing else. Every program of ours runs with LC_ALL=C, so the words are English. Only a job's own program can
 * print others. A variant names the program or the C library that has it: glibc, musl (Alpine, busybox) or BSD.
 */
export type SystemError = 'disk-full' | 'permission' | 'unreachable' | 'no-program' | 'missing';

/** The words of an error of the system. */
export const systemErrorWords: Readonly<Record<SystemError, readonly RegExp[]>> = {
  'disk-full': [
    /No space left on device/i, // glibc, musl, BSD
    /Dis[ck] quota exceeded/i, // glibc "Disk quota exceeded", BSD "Disc quota exceeded"
    /: Quota exceeded$/m, // musl; a service on the network says "Quota exceeded for …" about its own limits
    /\b(?:echo|printf): (?:write error: )?I\/O error/, // the builtins of dash say no more
  ],
  permission: [/Permission denied(?! \()/i, /Operation not permitted/i, /Read-only file ?system/i], // ssh's own "Permission denied (publickey)" is no error of a file
  unreachable: [
    /Connection refused/i,
    /(?:Connection|Operation) timed out/i, // glibc, and musl or BSD
    /No route to host|Host is unreachable/i, // glibc or BSD, and musl
    /Network (?:is )?unreachable/i, // glibc or BSD, and musl
    /Could not resolve hostname|Name or service not known|nodename nor servname|Name does not resolve|Temporary failure in name resolution/i,
  ],
  'no-program': [
    /(?:^|[\s/:'"‘`])[\w.+-]+: (?:command |applet )?not found/m, // sh of Debian, bash, busybox, ksh
    /command not found: [\w.+-]+/i, // zsh
    /Unknown command:? ['"]?[\w.+-]+|[\w.+-]+: Command not found/i, // fish, tcsh
    /failed to run command|can't execute|env: .*: No such file or directory/i, // GNU env and timeout, busybox
  ],
  missing: [/No such file or directory/i, /file has vanished|vanished before/i, /Not a directory/i],
};

/**
 * The number of an error of the system: `[Errno 28]` is Python's form, `(os error 28)` Rust's, and `rsync: … No space left on device (28)` rsync's. Only a
 * line of rsync itself may end with a bare number, because a job prints such numbers about anything.
 */
export const systemErrorNumbers = /\[Errno (\d+)\]|\(os error (\d+)\)|^rsync: [^\n]*\((\d+)\)\s*$/gm;

/** No name server answers: glibc and BSD, and musl. */
export const noNameServerWords = /Temporary failure in name resolution|Try again/i;

/** A shell finds no such program. The first group is the program. */
export const notFoundWords: readonly RegExp[] = [
  /(?:command not found:|Unknown command:?) ['"]?([^\s:'"‘’]+)/i, // zsh, fish
  /([^\s:'"‘’]+): (?:command |applet )?not found/i, // sh of Debian, bash, busybox, ksh, tcsh
];

/** A shell or `env` cannot run a program that it may have found. The first group is the program. */
export const notRunWords: readonly RegExp[] = [
  /(?:exec|env): [‘'"]?([^\s:'"‘’]+)[’'"]?:/,
  /([^\s:'"‘’]+)[’'"]?: (?:Permission denied|No such file or directory|cannot execute|Exec format error)/i,
];

/** What sshd and PAM print at a login whose password must be changed first. */
export const oldPasswordWords = /password has expired|password change required|required to change your password/i;

/** A shell has no process left for a program. The words are those of the shells and of strerror. */
export const noProcessWords = /Resource temporarily unavailable|Cannot allocate memory|[Cc]an(?:no|')t fork|fork: retry/;

/**
 * What dash, busybox and bash write when a signal ended the program that they ran. They write nothing for INT and PIPE. The status of such a program is
 * 128 + the signal, as of a program that exits with this number by itself.
 */
export const signalWords = {
  SIGHUP: 'Hangup',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception|Arithmetic exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
} as const;

/**
 * Lines that some languages write after the message of an error. They are equal for different errors, or say only where in a library the error arose.
 * Python and most programs write none of them: the message is their last line.
 */
export const afterMessageWords: readonly RegExp[] = [
  /^Node\.js v\d/, // Node.js
  /^\s+at \S/, // a frame of Node.js or Java
  /^\s*\.\.\. \d+ more$/, // Java
  /^\s+\[\d+\] \S/, // a frame of Julia
  /^\s+@ \S/, // the place of a frame of Julia
  /^Stacktrace:$/, // Julia
  /^note: (run with|Some details are omitted).*RUST_BACKTRACE/, // Rust
  /^exit status \d+$/, // go run
];

export type SshError =
  | 'busy'
  | 'host-key-revoked'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'authentication'
  | 'unknown-host'
  | 'other-host-key-type'
  | 'other-algorithms'
  | 'forward-refused';

/**
 * The words by which SSH clients show an error. The client `ssh` exits with 255 for each error and gives no other code. npm's ssh2 has codes for most
 * errors; its words are here where it has none. A group `host` is the host that the text names, because the text can be about a jump host. The order
 * decides when a text shows several errors. The words that name a host come first.
 */
export const sshErrorWords: Readonly<Record<SshError, readonly RegExp[]>> = {
  // sshd sends these words instead of its name. ssh shows them only with -v.
  busy: [/(?<what>Exceeded MaxStartups)/, /(?<what>Not allowed at this time)/],
  'host-key-revoked': [/host key for (?<host>\S+) is marked as revoked/i, /REVOKED HOST KEY DETECTED/, /Host key \S+ \S+ revoked by file/i],
  // ssh also prints these words when known_hosts has only keys of other types for the host.
  'host-key-changed': [/host key for (?<host>\S+) has changed and you have requested/i, /HOST IDENTIFICATION HAS CHANGED/],
  'host-key-unknown': [/No \S+ host key is known for (?<host>\S+) and you have requested/i, /Host key verification failed/],
  authentication: [/Permission denied \((?<methods>[\w,-]*)\)/, /Too many authentication failures/],
  'unknown-host': [/^ssh: Could not resolve hostname (?<host>\S+): (?<why>.*)/im, /^ssh: Could not resolve host "(?<host>[^"]+)"/m], // the second: CanonicalizeHostname
  'other-host-key-type': [/no matching host key format/i], // ssh2
  'other-algorithms': [/no matching (?<what>key exchange algorithm|.*cipher|.*MAC)/i], // ssh2
  'forward-refused': [/^Unable to bind/], // ssh2
};

/** The options of the user's files that ssh honours only where the machine, the host or a file allows it. */
export type SshOption = 'Ciphers' | 'KexAlgorithms' | 'MACs' | 'HostKeyAlgorithms' | 'BindAddress' | 'BindInterface' | 'RevokedHostKeys';

/**
 * The words by which ssh shows that it cannot honour an option. It exits with 255 for each and gives no other code. `peer` is UNKNOWN for a host behind
 * another one, `offer` has the names of the host's algorithms, and `why` is the reason.
 */
export const sshOptionWords: Readonly<Record<SshOption, RegExp>> = {
  Ciphers: /negotiate with (?<peer>\S+) port \d+: no matching cipher found\. Their offer: (?<offer>\S+)/,
  KexAlgorithms: /negotiate with (?<peer>\S+) port \d+: no matching key exchange method found\. Their offer: (?<offer>\S+)/,
  MACs: /negotiate with (?<peer>\S+) port \d+: no matching MAC found\. Their offer: (?<offer>\S+)/,
  HostKeyAlgorithms: /negotiate with (?<peer>\S+) port \d+: no matching host key type found\. Their offer: (?<offer>\S+)/,
  BindAddress: /^(?:bind|getaddrinfo:) (?<why>\S+: .+?)\r?$/m,
  BindInterface: /^getifaddrs: (?<why>.+?)\r?$/m,
  RevokedHostKeys: /in revoked keys file (?<why>.+?)\r?$/m,
};

/** ssh finds no variable of the environment that a value of its files names. */
export const unsetVariableWords = /env var \$\{(?<variable>\w+)\} has no value/;

/** The lines of `ssh -v` about the host key of each hop. The first group is the fingerprint. */
export const hostKeyLines = /Server host key: \S+ (SHA256:\S+)/g;

/** The line of ssh about the key in known_hosts that differs from the key of the host. */
export const offendingKeyLine = /^Offending .*key in (?<file>.+):\d+\r?$/m;

/** The line of ssh-keygen and ssh about a private key that they do not take, and two of its reasons. */
export const refusedKeyLine = /^Load key ".*": (?<why>.*?)\r?$/m;
export const looseKeyWords = /bad permissions/;
export const lockedKeyWords = /passphrase/;

/** The lines of `ssh -vvv` about each file of settings that ssh reads, each Include, each Host block that applies, and each Match block. A place is `FILE line N`. */
export const settingEventLines =
  /^debug\d: (?:Reading configuration data (?<read>.+)|(?<host>.+ line \d+): Applying options.*|(?<include>.+ line \d+): Including file (?<file>.+) depth \d+|match (?<match>found|not found))\r?$/gm;

/** Lines of ssh that say nothing about the cause of a failure, and empty lines. */
export const idleSshLine = /^\s*(debug\d:.*|OpenSSH_.*|@.*|Pseudo-terminal .*|.*terminating, \d+ bad .*)?$/;

/** The Temporal server refuses the size of a request. The status of gRPC is the same for every bad request. */
export const tooLargeWords = /larger than max|exceeds size limit/;

/** SQLite, in the log of the Temporal server: its database lacks a table or a column, or is damaged. */
export const brokenDatabaseWords = /no such (table|column)|malformed|not a database|SQL logic error/;

/** The YAML library: a quote, or the bracket of the group, is not closed. */
export const unclosedWords = /^Missing closing|end with a (?<closer>[\]}])/;

/** The first lines of `tar --version`, and of the version of the Temporal CLI. The groups are the parts of the version of the server that it holds. */
export const gnuTarWords = /GNU tar/;
export const serverVersionWords = /Server (?<major>\d+)\.(?<minor>\d+)/;
