import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { noProcessWords, oldPasswordWords } from '../../../domain/failure/program-words.ts';
import { loginThatRuns, newPassword } from '../../../domain/node/login-fix.ts';
import { sshLimits } from '../../limits.ts';
import { byHand, type SshAddress } from '../ssh-config.ts';
import { commandLine } from './command-line.ts';
import type { Link } from './link.ts';
import { type Login, type LoginForm, loginForms, type LoginOutput } from './login-form.ts';
import { quoteNoise } from './login-noise.ts';
import { runInSession } from './run-in-session.ts';
import type { Outcome } from './run-on-link.ts';
import { sealTools } from './seal.ts';

/**
 * The login runs this program to show how it takes programs: it prints, in one piece, the first line of its standard input, the name of its shell, and the
 * programs that a sealed output needs and the node lacks.
 */
const examination = `IFS= read -r line
lacks=
for tool in ${sealTools.join(' ')}; do command -v "$tool" >/dev/null || lacks="$lacks $tool"; done
echo "<$line|\${KSH_VERSION:+ksh }$0|$lacks>"`;
const answer = /<([^\n]*)\|([^\n|]*)\|([^\n|]*)>\n/;
const sent = 'ringmaster';

/**
 * Returns how the login of a node takes our programs. Asks once for each connection, because a connection keeps its login and its forced command.
 * Throws `transport.no-shell` with the words of the host when no form runs a program and leaves the program its standard input. The limit of the login
 * is also the limit of its start-up files.
 */
export async function examineLogin(node: string, link: Link, address: SshAddress): Promise<Login> {
  let refused = noShell(node, address, 'its login runs no program');
  const withoutInput: LoginForm[] = [];
  for (const form of loginForms) {
    const seen = await examine(node, link, address, form);
    if (seen.type === 'refused') refused = seen.error;
    else if (!seen.readsInput) withoutInput.push(form);
    else if (form !== 'direct' || isSh(seen.shell)) {
      const { output, lacked } = seen;
      if (output !== 'apart' && lacked.length > 0) throw sealToolsLacked(node, address, output, lacked);
      return { form, output };
    }
  }
  if (withoutInput.some((form) => form !== 'typed')) throw inputRead(node, address);
  throw withoutInput.length > 0 ? shellReplaced(node, address) : refused;
}

type Seen =
  | {
      readonly type: 'begun';
      readonly shell: string;
      readonly readsInput: boolean;
      readonly output: LoginOutput;
      /** The programs that a sealed output needs and the node lacks. */
      readonly lacked: readonly string[];
    }
  | { readonly type: 'refused'; readonly error: RingmasterError };

async function examine(node: string, link: Link, address: SshAddress, form: LoginForm): Promise<Seen> {
  const startMs = loginMsOf(address);
  const ask = (output: LoginOutput) =>
    runInSession(node, link, commandLine({ form, output }, examination, []), { stdin: `${sent}\n`, timeoutMs: startMs });
  const first = await ask('apart');
  const isJoined = first.type !== 'not-begun' && first.arrived.out !== 'none' && isErrMoved(first);
  const lacked = lackedTools(first);
  const outcome = isJoined && lacked.length === 0 ? await ask('joined') : first;
  if (outcome.type === 'ended') {
    const { stdout, stderr } = outcome.result;
    const text = stdout.toString('utf8');
    const [whole = '', read, shell = ''] = answer.exec(text) ?? [];
    // A process that a start-up file left running holds the session open, or prints.
    const isShared = (await outcome.closed).isHeld || text !== whole || stderr !== '';
    return { type: 'begun', shell, readsInput: read === sent, output: isJoined ? 'joined' : isShared ? 'shared' : 'apart', lacked };
  }
  if (outcome.type === 'without-status') {
    const { out, err } = outcome.arrived;
    if (out === 'none' && err === 'whole') throw outputElsewhere(node, address);
    // csh and fish run a part of the direct form.
    if (err === 'whole' || (isJoined && form !== 'direct')) throw outputChanged(node, address);
    return { type: 'refused', error: noShell(node, address, 'its login ran a part of the program') };
  }
  const quoted = quoteNoise(outcome.noise);
  const printed = quoted === '' ? 'printed nothing' : `printed "${quoted}"`;
  if (noProcessWords.test(outcome.noise)) throw exhausted(node, quoted);
  if (outcome.end === undefined) throw slow(node, printed, startMs);
  return { type: 'refused', error: noShell(node, address, `its login ${printed} and ended with ${outcome.end.code ?? outcome.end.signal}`) };
}

/** Returns whether the login sends the standard error elsewhere, or changes its lines: a colour around each line leaves no end line of ours. */
const isErrMoved = ({ type, arrived }: Exclude<Outcome, { readonly type: 'not-begun' | 'full' }>): boolean =>
  arrived.err === 'none' || (type === 'ended' && arrived.err === 'begun');

const lackedTools = (outcome: Outcome): readonly string[] => {
  const [, , , tools = ''] = (outcome.type === 'ended' && answer.exec(outcome.result.stdout.toString('utf8'))) || [];
  return tools.split(' ').filter((tool) => tool !== '');
};

type SealedLogin = Exclude<LoginOutput, 'apart'>;

/** Why an output is sealed. */
const sealedBecause: Readonly<Record<SealedLogin, string>> = {
  shared: 'a process that a start-up file of its login left running can print into the output of every command',
  joined: 'its login sends the standard error of every command elsewhere or changes it',
};

/**
 * Commands that print ok when the node has the tools (`has`), or when the login has become an ordinary one: ssh ends although its standard output is read to
 * the end, or the standard error arrives.
 */
const sealProof: Readonly<Record<SealedLogin, (address: SshAddress, has: string) => string>> = {
  shared: (address, has) =>
    `{ timeout ${Math.ceil(loginMsOf(address) / 1_000)} ${byHand(address, `sh -c "${has} && echo ok; true"`)} && echo ok; } | grep -m 1 -x ok`,
  joined: (address, has) =>
    `{ ${byHand(address, `sh -c "${has} && echo there; echo ok >&2"`)} 2>&3 | sed -n 's/^there$/ok/p'; } 3>&1 | grep -m 1 -x ok`,
};

function sealToolsLacked(node: string, address: SshAddress, output: SealedLogin, lacked: readonly string[]): RingmasterError {
  const tools = lacked.join(' and ');
  return new RingmasterError('transport.no-shell-tool', {
    cannot: `run a program on node ${node}`,
    because: `${sealedBecause[output]}, and the node lacks ${tools}, with which Ringmaster marks its own output there`,
    hint: {
      say:
        `installing ${tools} there, or putting \`[ -t 0 ] &&\` before the line in the start-up file of its login (for bash: ~/.bashrc) that moves the ` +
        'output or leaves the process, until this prints ok',
      run: sealProof[output](address, lacked.map((tool) => `command -v ${tool} >/dev/null`).join(' && ')),
    },
    fields: { node },
  });
}

const loginMsOf = ({ loginMs }: SshAddress): number => loginMs ?? sshLimits.loginMsMax;

/** A Korn shell under the name sh passes no descriptor on to a program, as the lock of a job needs. */
const isSh = (shell: string): boolean => /^(\S*\/)?-?(sh|dash|ash)$/.test(shell);

const noShell = (node: string, address: SshAddress, because: string): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because,
    hint: (oldPasswordWords.test(because) ? newPassword : loginThatRuns)(byHand(address, 'echo ok')),
    fields: { node },
  });

const outputElsewhere = (node: string, address: SshAddress): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because: 'its login sends the standard output of every command elsewhere or changes it',
    hint: {
      say:
        'putting `[ -t 0 ] &&` before the line with `exec >` in the start-up file of its login (for bash: ~/.bashrc), or removing the redirection from ' +
        'its forced command, until this prints ok',
      run: `${byHand(address, 'echo ok')} 2>/dev/null`,
    },
    fields: { node },
  });

const outputChanged = (node: string, address: SshAddress): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because: 'its login changes the output of every command',
    hint: {
      say:
        'removing the program that stands between sshd and the commands (such as script, ssh -t or docker exec -t, which add a carriage return to each ' +
        'line) from its forced command or its start-up file, until this prints 1',
      run: `${byHand(address, 'echo ok')} | grep -cx ok`,
    },
    fields: { node },
  });

const inputRead = (node: string, address: SshAddress): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because: 'a start-up file of its login reads the whole standard input of every command, or puts another in its place',
    hint: {
      say:
        'putting `[ -t 0 ] &&` before the command that reads it, or before the line with `exec <`, in the start-up file (for bash: ~/.bashrc), until ' +
        'this prints ok',
      run: `echo ok | ${byHand(address, 'cat')}`,
    },
    fields: { node },
  });

const shellReplaced = (node: string, address: SshAddress): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because: 'a start-up file of its login replaces the shell with another one, which reads the standard input before our program does',
    hint: {
      say: 'putting `[ -t 0 ] &&` before the line with exec in that start-up file (for bash: ~/.bashrc), until this prints ok',
      run: byHand(address, 'echo ok'),
    },
    fields: { node },
  });

const slow = (node: string, printed: string, startMs: number): RingmasterError =>
  new RingmasterError('transport.timeout', {
    cannot: `run a program on node ${node}`,
    because: `its login ${printed} and did not start our program within ${startMs / 1_000} s`,
    hint: { say: `a longer ${clusterKey('limits.login')} for the node in the cluster file, or quicker start-up files there` },
    fields: { node },
  });

const exhausted = (node: string, quoted: string): RingmasterError =>
  new RingmasterError('transport.busy', {
    cannot: `run a program on node ${node}`,
    because: `its login printed "${quoted}"`,
    hint: { say: 'ending processes there, or a higher limit of processes for its user' },
    fields: { node },
  });
