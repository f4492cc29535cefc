/** The user of a practice node. The user is made only when we are root. Otherwise the node runs as the user who started the cluster. */
import { execFileSync } from 'node:child_process';
import { existsSync, lchownSync, statSync } from 'node:fs';
import { RingmasterError } from '../domain/failure/error.ts';
import { allPids, realUserOf } from '../process/proc.ts';
import { identify, signal } from '../process/process-identity.ts';
import { type Account, accounts } from '../system/accounts.ts';
import { findSystemProgram } from '../system/find-program.ts';
import { until } from '../system/until.ts';

/** A process can take this long to end after SIGKILL. One that takes longer waits in the kernel, and changes nothing meanwhile. */
const endMsMax = 10_000;

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Makes the system account unless it exists. If `home` exists, the account gets the user id of its owner. The account has no password: the field is
 * '*' and not '!', because sshd refuses accounts with '!' as locked. Throws `config.invalid` when the name belongs to a user with another home.
 */
export function ensureUser(name: string, home: string, log: (line: string) => void): void {
  const known = homeOf(name);
  if (known === home) return;
  if (known !== undefined) {
    throw new RingmasterError('config.invalid', {
      cannot: 'make a practice node',
      because: `there is a user ${name} already, who lives in ${known} and not in ${home}`,
      hint: { say: 'another name for the cluster or the node, or `ringmaster down --purge` where that user was made' },
      fields: { user: name },
    });
  }
  const owner = existsSync(home) ? statSync(home).uid : 0;
  const uid = owner === 0 ? [] : ['--uid', String(owner)];
  const options = ['--system', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', '--password', '*'];
  runAccountProgram('useradd', [...options, ...uid, name]);
  log(`made user ${name}`);
}

/** Makes the account the owner of its home. Leaves what is in the home alone: a file there can be a second name of a file of root. */
export function giveHome(name: string, home: string): void {
  const account = accountOf(name);
  if (account?.home === home) lchownSync(home, account.uid, account.gid);
}

/**
 * Moves a home and its account. The home of an older release lies in the state folder, which other users could enter then. Ends the processes of the
 * account first: they could change the home while root copies it to another file system, and `usermod` refuses a user whose processes run.
 */
export async function moveHome(name: string, from: string, to: string): Promise<void> {
  if (from === to || homeOf(name) !== from) return;
  await endUser(name, from);
  if (existsSync(from) && !existsSync(to)) execFileSync('mv', ['-T', '--', from, to], { stdio: ['ignore', 'pipe', 'pipe'] });
  runAccountProgram('usermod', ['--home', to, name]);
}

/**
 * Ends every process of the account, but only when the account's home is `home`. A process that hides its mark could change the home while root removes
 * it. A process can start others while it ends, so the search is repeated.
 */
export async function endUser(name: string, home: string): Promise<void> {
  const account = accountOf(name);
  if (account?.home !== home || account.uid === 0) return;
  await until(endMsMax, () => {
    const living = allPids().flatMap((pid) => (realUserOf(pid) === account.uid ? (identify(pid) ?? []) : []));
    for (const one of living) signal(one, 'SIGKILL');
    return living.length === 0;
  });
}

/** Removes the account, but only when the account's home is `home`. */
export function removeUser(name: string, home: string): void {
  if (homeOf(name) === home) runAccountProgram('userdel', ['-f', name]);
}

/** Runs a program that changes accounts. The PATH of a service or of cron often lacks its folder. */
function runAccountProgram(name: 'useradd' | 'usermod' | 'userdel', args: readonly string[]): void {
  const program = findSystemProgram(name);
  if (program === undefined) {
    throw new RingmasterError('server.not-found', {
      cannot: 'change the user of a practice node',
      because: `${name} is not installed here`,
      hint: { say: "installing passwd (Debian's name), shadow (Alpine's) or shadow-utils (Fedora's)" },
    });
  }
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Returns the account of a login name, or undefined when there is no such user. */
const accountOf = (name: string): Account | undefined => accounts().find((account) => account.name === name);

const homeOf = (name: string): string | undefined => accountOf(name)?.home;
