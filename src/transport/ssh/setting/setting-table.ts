/**
 * The table of all settings of ssh_config, with the treatment of each. The rule is: what `ssh HOST true` does with the user's files, Ringmaster does. The keys are
 * the words that `ssh -G` prints. A setting that is not in this table, of a newer ssh, is treated as `system-ssh`, so that ssh itself honours it.
 *
 * | treatment  | meaning                                                                                                                  |
 * |------------|--------------------------------------------------------------------------------------------------------------------------|
 * | read       | `ssh -G` evaluates the setting, and both ways to connect (npm ssh2, the system's ssh) use its value                      |
 * | system-ssh | npm ssh2 lacks the setting: with a value other than ssh's own default, the host is reached by the system's ssh           |
 * | off        | the setting never fits a tool (a terminal, a command, a forward, an unchecked key), so the given option switches it off  |
 * | ours       | Ringmaster gives the option a value of its own, and the reason says why                                                  |
 * | no-effect  | the setting changes nothing for a tool; transfers by the system's ssh keep the user's value                              |
 */
type Treatment =
  | { readonly does: 'read' | 'no-effect' }
  /** `unless` returns true for a value that npm ssh2 supports although it is not the default. */
  | { readonly does: 'system-ssh'; readonly unless?: (value: string) => boolean }
  | { readonly does: 'off'; readonly option: string }
  | { readonly does: 'ours'; readonly why: string };

const read = { does: 'read' } as const;
const noEffect = { does: 'no-effect' } as const;
const systemSsh = { does: 'system-ssh' } as const;
const off = (option: string) => ({ does: 'off', option }) as const;
const ours = (why: string) => ({ does: 'ours', why }) as const;
const noForwards = off('ClearAllForwardings=yes');

export const settingTable = {
  // Where to connect, and as whom. `ssh -G` has already evaluated Host, Match, Include, Tag and the canonical name.
  host: read,
  hostname: read,
  port: read,
  user: read,
  hostkeyalias: read,
  connecttimeout: read,
  canonicalizehostname: read,
  canonicaldomains: read,
  canonicalizefallbacklocal: read,
  canonicalizemaxdots: read,
  canonicalizepermittedcnames: read,
  tag: read,
  ignoreunknown: read,
  addressfamily: systemSsh,
  bindaddress: systemSsh,
  bindinterface: systemSsh,
  proxyjump: systemSsh,
  proxycommand: systemSsh,
  proxyusefdpass: systemSsh,
  connectionattempts: ours('Ringmaster itself connects again, with growing pauses'),
  // Keys, and who is asked for them.
  identityfile: read,
  identitiesonly: read,
  identityagent: read,
  certificatefile: systemSsh,
  pkcs11provider: systemSsh,
  pubkeyauthentication: systemSsh,
  pubkeyacceptedalgorithms: systemSsh,
  preferredauthentications: { does: 'system-ssh', unless: (value: string) => value.split(',')[0] === 'publickey' },
  hostbasedauthentication: systemSsh,
  gssapikeyexchange: systemSsh,
  gssapiauthentication: read,
  gssapidelegatecredentials: noEffect,
  gssapitrustdns: noEffect,
  gssapirenewalforcesrekey: noEffect,
  gssapikexalgorithms: noEffect,
  gssapiclientidentity: noEffect,
  gssapiserveridentity: noEffect,
  hostbasedacceptedalgorithms: noEffect,
  enablesshkeysign: noEffect,
  securitykeyprovider: noEffect,
  casignaturealgorithms: noEffect,
  passwordauthentication: noEffect,
  kbdinteractiveauthentication: noEffect,
  challengeresponseauthentication: noEffect,
  kbdinteractivedevices: noEffect,
  numberofpasswordprompts: noEffect,
  batchmode: ours('a tool can answer no question'),
  addkeystoagent: off('AddKeysToAgent=no'),
  // The key of the host.
  userknownhostsfile: read,
  globalknownhostsfile: read,
  stricthostkeychecking: ours('an unknown host key is never accepted'),
  knownhostscommand: systemSsh,
  revokedhostkeys: systemSsh,
  checkhostip: systemSsh,
  verifyhostkeydns: systemSsh,
  nohostauthenticationforlocalhost: off('NoHostAuthenticationForLocalhost=no'),
  requiredrsasize: systemSsh,
  hashknownhosts: noEffect,
  updatehostkeys: noEffect,
  fingerprinthash: noEffect,
  visualhostkey: off('VisualHostKey=no'),
  // The encrypted connection.
  hostkeyalgorithms: systemSsh,
  kexalgorithms: systemSsh,
  ciphers: systemSsh,
  macs: systemSsh,
  compression: noEffect,
  rekeylimit: noEffect,
  ipqos: noEffect,
  tcpkeepalive: noEffect,
  obscurekeystroketiming: noEffect,
  versionaddendum: noEffect,
  warnweakcrypto: noEffect,
  serveraliveinterval: ours('a lost connection must be noticed within seconds'),
  serveralivecountmax: ours('a lost connection must be noticed within seconds'),
  channeltimeout: off('ChannelTimeout=none'),
  controlmaster: ours('the connections of a cluster are its own'),
  controlpath: ours('the connections of a cluster are its own; a master that the user has opened is used when the login is refused'),
  controlpersist: ours('the connections of a cluster are its own'),
  // The session of a command.
  setenv: read,
  sendenv: read,
  remotecommand: off('RemoteCommand=none'),
  requesttty: off('RequestTTY=no'),
  sessiontype: off('SessionType=default'),
  stdinnull: off('StdinNull=no'),
  forkafterauthentication: off('ForkAfterAuthentication=no'),
  localforward: noForwards,
  remoteforward: noForwards,
  dynamicforward: noForwards,
  clearallforwardings: noForwards,
  exitonforwardfailure: off('ExitOnForwardFailure=no'),
  tunnel: off('Tunnel=no'),
  tunneldevice: noEffect,
  gatewayports: noEffect,
  permitremoteopen: noEffect,
  streamlocalbindmask: noEffect,
  streamlocalbindunlink: noEffect,
  forwardagent: off('ForwardAgent=no'),
  forwardx11: off('ForwardX11=no'),
  forwardx11trusted: noEffect,
  forwardx11timeout: noEffect,
  xauthlocation: noEffect,
  permitlocalcommand: off('PermitLocalCommand=no'),
  localcommand: noEffect,
  escapechar: off('EscapeChar=none'),
  enableescapecommandline: noEffect,
  // The words of ssh.
  loglevel: ours('the words of ssh are evidence, and must be all of them and no more'),
  logverbose: off('LogVerbose=none'),
  syslogfacility: noEffect,
} as const satisfies Readonly<Record<string, Treatment>>;

/** Returns what Ringmaster does with a setting. */
export const treatmentOf = (setting: string): Treatment => (settingTable as Readonly<Record<string, Treatment>>)[setting] ?? systemSsh;
