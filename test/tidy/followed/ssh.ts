import { type Followed, inFile } from './follower.ts';

const again = inFile('transport/ssh/again-fixes');
const begun = inFile('transport/ssh/begun-fixes');
const home = inFile('transport/ssh/home-program-fixes');
const jump = inFile('transport/ssh/jump-fixes');
const login = inFile('transport/ssh/login-fixes');
const offered = inFile('transport/ssh/offered-keys');
const option = inFile('transport/ssh/option-fixes');
const refusal = inFile('transport/ssh/refusal-fixes');
const factor = inFile('transport/ssh/second-factor-fixes');
const session = inFile('transport/ssh/session-fixes');
const key = inFile('transport/ssh/key-fixes');
const worker = inFile('transport/worker/ensure-worker');
const lostConnection = again('a connection that is lost during a command over %s: transport.connection-lost, and the same machine works again');
const longLogin = refusal('a login by %s that is longer than its limit: the sentence names the key, and a longer limit works');
const takenTunnel = worker('an sshd with %s is refused, and the line of the fix works after a reload');

/** The tests that follow the hints of a login and of a connection. */
export const sshHints: Followed = {
  'src/domain/node/login-fix.ts': {
    loginThatRuns: login('a login shell that is none: the command for root in the words of the failure works'),
    newPassword: factor('a password that has expired: the fix is a new password, and the command of the hint then prints ok'),
  },
  'src/transport/ssh/second-factor.ts': {
    secondFactorHint: factor('a host that wants %s, by %s: the command of the fix opens a login that commands and copies use'),
  },
  'src/transport/ssh/concurrency-limiter.ts': {
    'busy transport.busy': again('more requests than may wait: transport.busy, and a request works again when the others have ended'),
  },
  'src/transport/ssh/host-key.ts': {
    'hostKeyUnknown transport.host-key-unknown': refusal('an unknown host key'),
    'hostKeyUnknown transport.ssh-option': session('known hosts that nothing keeps: %s, and the two steps of the fix work with %o'),
    'hostKeyChanged transport.host-key-changed': refusal('a revoked host key'),
    'hostKeyChanged transport.host-key-changed 2': refusal('another host key'),
  },
  'src/transport/ssh/key-file.ts': {
    faultOf: key('a key that other users may read'),
    'faultOf 2': key('a key with carriage returns'),
    'faultOf 3': key('a key that was cut'),
    otherHalf: key('a key beside the public half of another one'),
    publicHalf: key('the public half of a key'),
  },
  'src/transport/ssh/link/examine-login.ts': {
    'inputRead transport.no-shell': login('reads the whole standard input'),
    'shellReplaced transport.no-shell': login('replaces the shell'),
    'sealToolsLacked transport.no-shell-tool': login(
      'a login whose output needs %s, which the node lacks: transport.no-shell-tool, and each of the two fixes works',
    ),
    'outputElsewhere transport.no-shell': login('a start-up file that moves the standard output is mended by the words of the failure'),
    'outputChanged transport.no-shell': login('a forced command with a terminal of its own is mended by the words of the failure'),
    'slow transport.timeout': session('a login that prints nothing and is slow: transport.timeout, and a longer limit in the cluster file works'),
    'exhausted transport.busy': login('a user with too many processes: each of the two fixes works'),
  },
  'src/transport/ssh/link/run-in-session.ts': {
    'noSession transport.busy': session('MaxSessions is reached over %s: transport.busy, and a higher MaxSessions works'),
  },
  'src/transport/ssh/link/run-on-link.ts': {
    'lost transport.connection-lost': lostConnection,
    'withoutStatus transport.command': begun('a program of ours that is killed: transport.command, and the end of the program that kills works'),
    'tooNoisy transport.no-shell': login('a start-up file that prints without an end: the words of the failure work'),
    'commandLate transport.timeout': session('a program that a slow node does not end in time: transport.timeout, and each of the two fixes works'),
  },
  'src/transport/ssh/login-within.ts': {
    longerLogin: longLogin,
    'stillConnecting transport.unreachable': begun(
      'a login that takes longer than the request: transport.unreachable, and the request works again in a moment',
    ),
  },
  'src/transport/ssh/master/enter-proxy-mode.ts': {
    'enterProxyMode fail hint': home('an ssh whose master has no proxy mode: transport.unreachable, and another ssh works'),
  },
  'src/transport/ssh/master/master-failure.ts': {
    'verdicts busy': jump('a jump host that takes no further connection: transport.busy, and the machine works again in a moment'),
    'verdicts host-key-revoked': jump('a revoked key'),
    'verdicts host-key-changed': jump('another key than the known one'),
    'verdicts host-key-unknown': jump('an unknown key'),
    'verdicts authentication': jump('a login that it refuses'),
    'otherFailure otherwise': jump('a jump host that does not run: transport.unreachable, and the command of the fix works when it runs'),
  },
  'src/transport/ssh/master/start-master.ts': {
    'startMaster transport.no-shell-tool': home('an ssh that goes before it logs in: transport.no-shell-tool, and its installation works'),
  },
  'src/transport/ssh/setting/config-refused.ts': {
    'configRefused transport.no-shell-tool': home('no ssh when the settings are read: transport.no-shell-tool, and its installation works'),
    'configRefused transport.unknown-host': option('a name in none of the CanonicalDomains: transport.unknown-host, and another name works'),
    'configRefused transport.ssh-config': refusal('a file that ssh refuses'),
  },
  'src/transport/ssh/setting/host-unknown.ts': {
    'hostUnknown transport.unknown-host': option('the HostName of a jump host that has no address is named with its line'),
    'hostUnknown transport.unknown-host 2': refusal('a host that no name server knows and no other name is like'),
    'hostUnknown transport.unknown-host 3': refusal('a misspelt host'),
  },
  'src/transport/ssh/setting/option-refused.ts': {
    'failureOf transport.ssh-option': option('%s: the sentence names the line, and the fix works'),
  },
  'src/transport/ssh/ssh-shell.ts': {
    'loginChanged transport.connection-lost': login(
      'a login that moves its errors while the connection lasts fails one command, and works from the next on',
    ),
    'lateStart transport.timeout': session('a quicker start-up file works as well, on the same connection'),
    'stopping transport.cancelled': begun('a process that is stopping: transport.cancelled, and a machine that is opened again works'),
  },
  'src/transport/ssh/ssh2/identities.ts': {
    'readIdentities usual': refusal('a login key that is not there'),
    'loginRefused add': refusal('a login key that the node does not know'),
    alsoMended: key('a key that ssh does not take beside one that the node does not know: each fix works'),
    loginRefused: offered('an agent without a key that the node knows: each fix works'),
    'loginRefused 2': offered('%s and no agent: the sentence says why nothing was offered, and each fix works'),
  },
  'src/transport/ssh/ssh2/ssh-connect.ts': {
    'open byHand': again('a host that closes the connection at once: transport.unreachable, and the same machine works again'),
    open: again('an sshd that takes no further connection: %s fails with transport.busy, and works again when the others are logged in'),
    'open 2': again('a node without sshd: transport.unreachable, and each of the two fixes works'),
  },
  'src/transport/ssh/tunnel/tunnel-failure.ts': {
    'tunnelRefused worker.tunnel-refused': takenTunnel,
    'tunnelFull worker.tunnel-full': inFile('transport/ssh/link/forward')(
      'worker.tunnel-full: the programs that the command of the fix names hold the tunnel, and their end makes room',
    ),
    'tunnelExposed worker.tunnel-exposed': takenTunnel,
  },
};
