/**
 * The table of settings of the user's ssh configuration. The tests of the settings try each row alone, and the matrix tries many rows together with each
 * login and tree.
 */
export interface SettingPlace {
  /** A port of this machine that is taken. */
  readonly takenPort: number;
  readonly folder: string;
}

/** Each row: a setting, its value, and what `probe` says about the connection. */
export const settingRows: readonly (readonly [name: string, value: string | ((place: SettingPlace) => string), through: string | undefined])[] = [
  ['RemoteCommand', 'echo never', undefined],
  ['RequestTTY', 'force', undefined],
  ['RequestTTY', 'yes', undefined],
  ['StdinNull', 'yes', undefined],
  ['ForkAfterAuthentication', 'yes', undefined],
  ['SessionType', 'none', undefined],
  ['SessionType', 'subsystem', undefined],
  ['LocalForward', ({ takenPort }) => `${takenPort} 127.0.0.1:9\n  ExitOnForwardFailure yes`, undefined],
  ['RemoteForward', ({ takenPort }) => `${takenPort} 127.0.0.1:9\n  ExitOnForwardFailure yes`, undefined],
  ['DynamicForward', ({ takenPort }) => `${takenPort}\n  ExitOnForwardFailure yes`, undefined],
  ['Tunnel', 'yes\n  ExitOnForwardFailure yes', undefined],
  ['ForwardAgent', 'yes', undefined],
  ['ForwardX11', 'yes', undefined],
  ['PermitLocalCommand', 'yes\n  LocalCommand echo noise; exit 1', undefined],
  ['VisualHostKey', 'yes', undefined],
  ['EscapeChar', '%', undefined],
  ['AddKeysToAgent', 'yes', undefined],
  ['LogLevel', 'QUIET', undefined],
  ['LogLevel', 'DEBUG3', undefined],
  ['LogVerbose', 'kex.c:*:1000', undefined],
  ['ControlMaster', ({ folder }) => `auto\n  ControlPath ${folder}/none-%C\n  ControlPersist 5`, undefined],
  ['BatchMode', 'no', undefined],
  ['ConnectTimeout', '30', undefined],
  ['ConnectionAttempts', '3', undefined],
  ['ServerAliveInterval', '60', undefined],
  ['TCPKeepAlive', 'no', undefined],
  ['Compression', 'yes', undefined],
  ['IPQoS', 'throughput', undefined],
  ['RekeyLimit', '1M', undefined],
  ['HashKnownHosts', 'yes', undefined],
  ['UpdateHostKeys', 'yes', undefined],
  ['StrictHostKeyChecking', 'no', undefined],
  ['NoHostAuthenticationForLocalhost', 'yes', undefined],
  ['PasswordAuthentication', 'no', undefined],
  ['PreferredAuthentications', 'publickey', undefined],
  ['GSSAPIAuthentication', 'yes', undefined],
  ['CanonicalizeHostname', 'yes', undefined],
  ['SetEnv', 'LETTERS="a b"', undefined],
  ['SendEnv', 'LC_* LETTERS_*', undefined],
  ['IgnoreUnknown', 'UseKeychain\n  UseKeychain yes', undefined],
  ['PreferredAuthentications', 'keyboard-interactive,publickey', 'preferredauthentications'],
  ['Ciphers', 'chacha20-poly1305@openssh.com', 'ciphers'],
  ['MACs', 'umac-128@openssh.com\n  Ciphers aes128-ctr', 'ciphers'],
  ['KexAlgorithms', 'sntrup761x25519-sha512@openssh.com', 'kexalgorithms'],
  ['HostKeyAlgorithms', 'ssh-ed25519', 'hostkeyalgorithms'],
  ['PubkeyAcceptedAlgorithms', 'ssh-ed25519', 'pubkeyacceptedalgorithms'],
  ['AddressFamily', 'inet', 'addressfamily inet'],
  ['BindAddress', '127.0.0.1', 'bindaddress 127.0.0.1'],
  ['BindInterface', 'lo', 'bindinterface lo'],
  ['KnownHostsCommand', '/bin/echo %H', 'knownhostscommand /bin/echo'],
  ['CheckHostIP', 'yes', 'checkhostip yes'],
  ['RequiredRSASize', '2048', 'requiredrsasize 2048'],
];
