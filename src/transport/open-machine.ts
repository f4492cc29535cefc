import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { localShell } from './local-shell.ts';
import type { Machine, NodeAddress } from './machine.ts';
import { shellMachine } from './shell-machine.ts';
import { type SshAddress, sshOptions } from './ssh-config.ts';
import { openSshShell } from './ssh-shell.ts';

const run = promisify(execFile);
const controlPersistSeconds = 60;

/** A node by its address; nothing is connected before the first call. */
export function openMachine(address: NodeAddress): Machine {
  if (address.connect.type === 'local') {
    const folder = isAbsolute(address.folder) ? address.folder : join(homedir(), address.folder);
    return shellMachine({ ...address, folder }, localShell, { node: address.node, folder });
  }
  const { connect } = address;
  // A socket's path may have 107 bytes at most: it gets a folder of its own under the system's temporary one.
  let socketFolder: string | undefined;
  const controlArgs = (): string[] => {
    socketFolder ??= mkdtempSync(join(tmpdir(), 'rm-ssh-'));
    return ['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(socketFolder, 's')}`, '-o', `ControlPersist=${controlPersistSeconds}`];
  };
  const remote = {
    node: address.node,
    host: connect.host,
    folder: address.folder,
    // rsync and tar ride the system's ssh with a control socket: measured faster than through ssh2's channels (ssh.md §2).
    get shell(): readonly string[] {
      return ['ssh', ...sshOptions(connect), '-o', 'Ciphers=^aes128-gcm@openssh.com', ...controlArgs()];
    },
  };
  return shellMachine(address, openSshShell(address.node, connect), remote, () => closeControl(connect, socketFolder));
}

async function closeControl(connect: SshAddress, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  // Fails when the master has ended by itself already.
  await run('ssh', ['-o', `ControlPath=${join(folder, 's')}`, '-O', 'exit', '--', connect.host], { timeout: 5_000 }).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
