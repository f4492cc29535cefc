import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { closeControl, controlPath, makeControlFolder } from './ssh/control-socket.ts';
import { localShell } from './local-shell.ts';
import { sshLimits } from './limits.ts';
import type { Machine, NodeAddress } from './machine.ts';
import { shellMachine } from './shell-machine.ts';
import { sshOptions } from './ssh/ssh-config.ts';
import { openSshShell } from './ssh/ssh-shell.ts';

/** Returns the machine at an address. The machine connects when it is first called. */
export function openMachine(address: NodeAddress): Machine {
  if (address.connect.type === 'local') {
    const folder = isAbsolute(address.folder) ? address.folder : join(homedir(), address.folder);
    return shellMachine({ ...address, folder }, localShell, { node: address.node, folder });
  }
  const { connect } = address;
  let socketFolder: string | undefined;
  const controlArgs = (): string[] => {
    socketFolder ??= makeControlFolder(address.owner.id);
    return ['-o', 'ControlMaster=auto', '-o', `ControlPath=${controlPath(socketFolder)}`, '-o', `ControlPersist=${sshLimits.controlPersistSeconds}`];
  };
  const remote = {
    node: address.node,
    host: connect.host,
    folder: address.folder,
    // rsync and tar use the system's ssh with a control socket. In our measurements this was faster than channels of npm ssh2
    // (docs/decisions/0001-system-ssh-for-transfers.md).
    get shell(): readonly string[] {
      return ['ssh', ...sshOptions(connect), '-o', 'Ciphers=^aes128-gcm@openssh.com', ...controlArgs()];
    },
  };
  return shellMachine(address, openSshShell(address.node, address.owner.id, connect), remote, async () => {
    if (socketFolder !== undefined) await closeControl(socketFolder, connect.host);
  });
}
