import { connect as tcpConnect, type Socket } from 'node:net';
import ssh2, { type AnyAuthMethod, type NextAuthHandler, type ServerHostKeyAlgorithm } from 'ssh2';
import { given } from '../../../base/given.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import type { FailureCode } from '../../../domain/failure/table.ts';
import { ownName } from '../../../system/own-user.ts';
import { quoteLimits, sshLimits } from '../../limits.ts';
import { connectLimiter } from '../connect-limiter.ts';
import { longerLogin } from '../login-within.ts';
import { sayMethods, secondFactorHint } from '../second-factor.ts';
import { hostUnknown, noNameServer } from '../setting/host-unknown.ts';
import { isKnownType } from '../why-system-ssh.ts';
import { sshErrorIn } from '../ssh-words.ts';
import { fingerprint, hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import { type KnownKey, trustedKeys } from '../known-hosts.ts';
import type { Link } from '../link/link.ts';
import type { SshAddress, SshTarget } from '../ssh-config.ts';
import { type Identities, loginRefused, readIdentities } from './identities.ts';
import { ssh2Link } from './ssh2-link.ts';
import type { Hint } from '../../../domain/failure/hint.ts';

/** Connects by npm ssh2, checks the host key against known_hosts, logs in and returns the link. Does not retry, because only Temporal retries. */
export async function sshConnect(node: string, address: SshAddress, target: SshTarget): Promise<Link> {
  const known = await trustedKeys(target);
  const identities = await readIdentities(node, address, target);
  return connectLimiter(target).run(sshLimits.connectWaitMsMax, () => open(node, target, known, identities));
}

const algorithmsOf: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

function open(node: string, target: SshTarget, known: readonly KnownKey[], identities: Identities): Promise<Link> {
  const agent = target.asksAgent ? process.env['SSH_AUTH_SOCK'] : undefined;
  const agents = agent === undefined ? [] : [{ type: 'agent' as const, username: target.user, agent }];
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.setMaxListeners(sshLimits.clientListenersMax);
    // noDelay is set from the first byte. With Nagle's algorithm each command takes 44 ms instead of 2 ms (measured on loopback).
    const sock: Socket = tcpConnect({ host: target.host, port: target.port, noDelay: true });
    let settled = false;
    let refused: RingmasterError | undefined;
    /** The kind of algorithm that npm ssh2 and the server do not share. */
    let lacks: string | undefined;
    /** The methods that the host takes after the last one, and whether it has taken a key. */
    let methods: readonly string[] = [];
    let tookKey = false;
    let banner = '';
    const where = `${target.host}:${target.port}`;
    const byHand = { run: target.byHand };
    const longer = longerLogin(target);
    const end = (): void => {
      settled = true;
      client.destroy();
      sock.destroy();
    };
    const fail = (code: FailureCode, because: string, hint: Hint, cause?: unknown): void => {
      if (settled) return;
      end();
      reject(
        refused ??
          new RingmasterError(code, {
            cannot: `connect to node ${node}`,
            because,
            hint,
            fields: { node, address: where, ...given({ lacks }) },
            ...given({ cause }),
          }),
      );
    };
    const timer = setTimeout(
      () => fail('transport.unreachable', `the login to ${where} did not end within ${target.loginMs / 1_000} s`, longer),
      target.loginMs,
    );
    const tcpTimer = setTimeout(
      () => fail('transport.unreachable', `${where} did not answer within ${target.tcpMs / 1_000} s`, longer),
      target.tcpMs,
    );
    sock.once('connect', () => clearTimeout(tcpTimer));
    // sshd sends these words instead of its name when it takes no further connection at the moment.
    sock.once('data', (first: Buffer) => {
      const full = sshErrorIn(first.toString('latin1'), 'busy');
      if (full !== undefined) fail('transport.busy', `sshd at ${where} refused the connection: ${full.what}`, { say: 'again in a moment' });
    });
    sock.on('error', (error) => {
      clearTimeout(timer);
      clearTimeout(tcpTimer);
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
        if (settled) return;
        end();
        hostUnknown(node, target, code === 'EAI_AGAIN' ? noNameServer : undefined).then(reject, reject);
      } else
        fail(
          'transport.unreachable',
          `${where} failed with ${code ?? error.message}`,
          { say: 'starting sshd there, or checking the address in the cluster file' },
          error,
        );
    });
    // This listener stays for the life of the connection: ssh2 can emit 'error' more than once.
    client.on('error', (error) => {
      if (error.level === 'agent') return; // ssh2 goes on with the next login method.
      clearTimeout(timer);
      clearTimeout(tcpTimer);
      if (sshErrorIn(error.message, 'other-host-key-type') !== undefined)
        refused ??= hostKeyChanged(node, target, 'a key of another kind', 'not the one known', fileOfOther(known));
      if (error.level === 'client-authentication') {
        const { because, hint } = loginRefused(where, target, identities, agent);
        const more = secondFactorHint(target, methods);
        fail('transport.authentication', more === undefined ? because : sayMethods(where, target.user, methods, tookKey), more ?? hint, error);
      } else {
        lacks = sshErrorIn(error.message, 'other-algorithms')?.what;
        fail('transport.unreachable', `the connection to ${where} broke (${error.message})`, byHand, error);
      }
    });
    client.on('close', () => {
      clearTimeout(timer);
      clearTimeout(tcpTimer);
      const words = banner === '' ? '' : `, and said: ${banner}`;
      fail('transport.unreachable', `${where} closed the connection before it was ready${words}`, byHand);
    });
    // sshd says here why it refuses an account.
    client.on(
      'banner',
      (text) =>
        (banner = text
          .trim()
          .replaceAll(/\s*\n\s*/g, '; ')
          .slice(0, quoteLimits.charsMax)),
    );
    client.on('ready', () => {
      clearTimeout(timer);
      clearTimeout(tcpTimer);
      if (settled) return;
      settled = true;
      resolve(ssh2Link(client, target.env));
    });
    const verify = (presented: Buffer, answer: (ok: boolean) => void): void => {
      refused = checkHostKey(node, target, known, presented);
      answer(refused === undefined);
    };
    const types = [...new Set(known.filter((key) => !key.revoked && isKnownType(key.type)).map((key) => key.type))];
    const ways: AnyAuthMethod[] = [...identities.usable.map(({ key }) => ({ type: 'publickey' as const, username: target.user, key })), ...agents];
    client.connect({
      sock,
      username: target.user === '' ? ownName(process.env) : target.user,
      readyTimeout: target.loginMs,
      keepaliveInterval: sshLimits.keepaliveMs,
      keepaliveCountMax: sshLimits.keepaliveMissesMax,
      hostVerifier: verify,
      ...given({
        algorithms:
          types.length === 0 ? undefined : { serverHostKey: types.flatMap((type) => algorithmsOf[type] ?? [type as ServerHostKeyAlgorithm]) },
      }),
      authHandler: (left, isPartial, next) => {
        methods = left ?? [];
        tookKey ||= isPartial;
        (next as (way: Parameters<NextAuthHandler>[0] | false) => void)(ways.shift() ?? false);
      },
    });
  });
}

/** Returns the failure for a host key that must be refused, or undefined for a key that is accepted. */
function checkHostKey(node: string, target: SshTarget, known: readonly KnownKey[], presented: Buffer): RingmasterError | undefined {
  const key = presented.toString('base64');
  const same = known.filter((one) => one.key === key);
  const print = fingerprint(presented);
  const revoked = same.find((one) => one.revoked);
  if (revoked !== undefined) return hostKeyChanged(node, target, `the key ${print}`, 'revoked', revoked.file);
  if (same.length > 0) return undefined;
  const type = presented.toString('latin1', 4, 4 + presented.readUInt32BE(0));
  const file = fileOfOther(known, type);
  return file === undefined ? hostKeyUnknown(node, target, print) : hostKeyChanged(node, target, `the key ${print}`, 'not the one known', file);
}

/** Returns the file with a known key of this type, or else with any known key. */
function fileOfOther(known: readonly KnownKey[], type?: string): string | undefined {
  const usable = known.filter((one) => !one.revoked);
  return (usable.find((one) => one.type === type) ?? usable[0])?.file;
}
