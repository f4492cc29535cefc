import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect as tcpConnect, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { given } from '../../../base/given.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import type { FailureCode } from '../../../domain/failure/table.ts';
import { sshLimits } from '../../limits.ts';
import { connectLimiter } from '../connect-limiter.ts';
import { hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import { type KnownKey, knownKeys } from '../known-hosts.ts';
import type { Link } from '../link/link.ts';
import type { SshAddress, SshTarget } from '../ssh-config.ts';
import { ssh2Link } from './ssh2-link.ts';
import type { Hint } from '../../../domain/failure/hint.ts';

/** Connects by npm ssh2, checks the host key against known_hosts, logs in and returns the link. Does not retry, because only Temporal retries. */
export async function sshConnect(node: string, address: SshAddress, target: SshTarget): Promise<Link> {
  const known = await knownKeys(target.keyName, target.knownHostsFiles);
  const keys = await readIdentities(node, address, target);
  return connectLimiter(target).run(sshLimits.connectWaitMsMax, () => open(node, target, known, keys, address.identityFile === undefined));
}

/**
 * Returns the private keys that can be used. Fails when the cluster file names a key that cannot be used. Skips a key in one of the usual places of
 * `ssh` when that key is absent or cannot be used.
 */
async function readIdentities(node: string, address: SshAddress, { identityFiles }: SshTarget): Promise<readonly Buffer[]> {
  const read = await Promise.all(
    identityFiles.map(async (file) => {
      const bytes = await readFile(file).catch((error: Error) => error);
      const fault = bytes instanceof Error ? bytes.message : keyFault(bytes);
      if (fault === undefined) return bytes as Buffer;
      if (address.identityFile === undefined) return undefined;
      const hint = { say: 'naming a readable private key without a passphrase as its identity file, or loading it into an agent and naming none' };
      throw new RingmasterError('transport.authentication', {
        cannot: `connect to node ${node}`,
        because: `its key ${file} cannot be used (${fault})`,
        hint,
        fields: { node, identityFile: file },
      });
    }),
  );
  return read.flatMap((key) => key ?? []);
}

function keyFault(bytes: Buffer): string | undefined {
  const parsed = ssh2.utils.parseKey(bytes);
  return parsed instanceof Error ? parsed.message : undefined;
}

const algorithmsOf: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

function open(node: string, target: SshTarget, known: readonly KnownKey[], keys: readonly Buffer[], useAgent: boolean): Promise<Link> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.setMaxListeners(sshLimits.clientListenersMax);
    // noDelay is set from the first byte. With Nagle's algorithm each command takes 44 ms instead of 2 ms (measured on loopback).
    const sock: Socket = tcpConnect({ host: target.host, port: target.port, noDelay: true });
    let settled = false;
    let refused: RingmasterError | undefined;
    const where = `${target.host}:${target.port}`;
    const byHand = { run: `ssh -p ${target.port} ${target.user}@${target.host} true` };
    const fail = (code: FailureCode, because: string, hint: Hint, cause?: unknown): void => {
      if (settled) return;
      settled = true;
      client.destroy();
      sock.destroy();
      reject(
        refused ??
          new RingmasterError(code, {
            cannot: `connect to node ${node}`,
            because,
            hint,
            fields: { node, address: where },
            ...given({ cause }),
          }),
      );
    };
    const timer = setTimeout(
      () => fail('transport.unreachable', `${where} did not answer within ${sshLimits.connectMsMax} ms`, byHand),
      sshLimits.connectMsMax,
    );
    sock.on('error', (error) =>
      fail(
        'transport.unreachable',
        `${where} failed with ${(error as NodeJS.ErrnoException).code ?? error.message}`,
        { say: 'starting sshd there, or checking the address in the cluster file' },
        error,
      ),
    );
    // This listener stays for the life of the connection: ssh2 can emit 'error' more than once.
    client.on('error', (error) => {
      if (error.level === 'agent') return; // ssh2 goes on with the next login method.
      clearTimeout(timer);
      if (/no matching host key format/.test(error.message)) refused ??= hostKeyChanged(node, target, 'a key of another kind', 'not the one known');
      if (error.level === 'client-authentication') {
        fail(
          'transport.authentication',
          `${where} refused the key of ${target.user} (${target.identityFiles.join(', ') || 'no identity file'})`,
          { say: `adding its public half to ~${target.user}/.ssh/authorized_keys there` },
          error,
        );
      } else fail('transport.unreachable', `the connection to ${where} broke (${error.message})`, byHand, error);
    });
    client.on('close', () => {
      clearTimeout(timer);
      fail('transport.unreachable', `${where} closed the connection before it was ready`, { say: 'again in a moment' });
    });
    client.on('ready', () => {
      clearTimeout(timer);
      if (settled) return;
      settled = true;
      resolve(ssh2Link(client));
    });
    const verify = (presented: Buffer, answer: (ok: boolean) => void): void => {
      refused = checkHostKey(node, target, known, presented);
      answer(refused === undefined);
    };
    const types = [...new Set(known.filter((key) => !key.revoked).map((key) => key.type))];
    client.connect({
      sock,
      username: target.user === '' ? userInfo().username : target.user,
      readyTimeout: sshLimits.connectMsMax,
      keepaliveInterval: sshLimits.keepaliveMs,
      keepaliveCountMax: sshLimits.keepaliveMissesMax,
      hostVerifier: verify,
      ...given({
        algorithms:
          types.length === 0 ? undefined : { serverHostKey: types.flatMap((type) => algorithmsOf[type] ?? [type as ServerHostKeyAlgorithm]) },
      }),
      authHandler: [...keys.map((key) => ({ type: 'publickey' as const, username: target.user, key })), ...(useAgent ? agent(target.user) : [])],
    });
  });
}

const agent = (username: string) =>
  process.env['SSH_AUTH_SOCK'] === undefined ? [] : [{ type: 'agent' as const, username, agent: process.env['SSH_AUTH_SOCK'] }];

/** Returns the failure for a host key that must be refused, or undefined for a key that is accepted. */
function checkHostKey(node: string, target: SshTarget, known: readonly KnownKey[], presented: Buffer): RingmasterError | undefined {
  const key = presented.toString('base64');
  const same = known.filter((one) => one.key === key);
  const print = `SHA256:${createHash('sha256').update(presented).digest('base64').replaceAll('=', '')}`;
  if (same.some((one) => one.revoked)) return hostKeyChanged(node, target, `the key ${print}`, 'revoked');
  if (same.length > 0) return undefined;
  if (known.some((one) => !one.revoked)) return hostKeyChanged(node, target, `the key ${print}`, 'not the one known');
  return hostKeyUnknown(node, target, print);
}
