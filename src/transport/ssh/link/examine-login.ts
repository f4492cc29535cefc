import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { loginLimits } from '../../limits.ts';
import { byHand, type SshAddress } from '../ssh-config.ts';
import { commandLine } from './command-line.ts';
import type { Link } from './link.ts';
import { type LoginForm, loginForms } from './login-form.ts';
import { quoteNoise } from './login-noise.ts';
import { runInSession } from './run-in-session.ts';

/** The login runs this program to show how it takes programs: it prints the first line of its standard input, and the name of its shell. */
const examination = 'IFS= read -r line\necho "$line"\necho "$0"';
const sent = 'ringmaster';

/** A shell that ends in this way has no process left for our program. The words are those of the shells and of strerror. */
const noProcess = /Resource temporarily unavailable|Cannot allocate memory|[Cc]an(?:no|')t fork|fork: retry/;

/**
 * Returns the form in which the login of a node takes our programs. Asks once for each connection, because a connection keeps its login and its
 * forced command. Throws `transport.no-shell` with the words of the host when no form runs a program and leaves the program its standard input.
 */
export async function examineLogin(node: string, link: Link, address: SshAddress): Promise<LoginForm> {
  let refused = 'its login runs no program';
  for (const form of loginForms) {
    const seen = await examine(node, link, address, form);
    if (seen.type === 'refused') refused = seen.because;
    else if (form !== 'direct' || isSh(seen.shell)) {
      if (seen.readsInput) return form;
      throw noShell(node, address, 'a start-up file of its login reads the standard input of every command');
    }
  }
  throw noShell(node, address, refused);
}

type Seen = { readonly type: 'begun'; readonly shell: string; readonly readsInput: boolean } | { readonly type: 'refused'; readonly because: string };

async function examine(node: string, link: Link, address: SshAddress, form: LoginForm): Promise<Seen> {
  // The limit of the login in the cluster file is also that of its start-up files.
  const startMs = address.loginMs ?? loginLimits.startMsMax;
  const outcome = await runInSession(node, link, commandLine(form, examination, []), { stdin: `${sent}\n`, timeoutMs: startMs });
  if (outcome.type === 'ended') {
    const [line = '', shell = ''] = outcome.result.stdout.toString('utf8').split('\n');
    return { type: 'begun', shell, readsInput: line === sent };
  }
  if (outcome.type === 'without-status') return { type: 'refused', because: 'its login ran a part of the program' };
  const quoted = quoteNoise(outcome.noise);
  const printed = quoted === '' ? 'printed nothing' : `printed "${quoted}"`;
  if (noProcess.test(outcome.noise)) throw exhausted(node, quoted);
  if (outcome.end !== undefined) return { type: 'refused', because: `its login ${printed} and ended with ${outcome.end.code ?? outcome.end.signal}` };
  throw slow(node, printed, startMs);
}

const isSh = (shell: string): boolean => /^(\S*\/)?-?(sh|dash|ash)$/.test(shell);

const noShell = (node: string, address: SshAddress, because: string): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because,
    hint: {
      say: 'giving its user a login shell that runs commands (as root on the node: usermod --shell /bin/sh USER), without a forced command or a start-up file in its way, until this prints ok',
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
