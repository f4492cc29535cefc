import { existsSync } from 'node:fs';
import { closeControl, controlPath, makeControlFolder, retireControl } from './ssh/control-socket.ts';
import { openLocalMachine } from './open-local-machine.ts';
import { sshLimits } from './limits.ts';
import type { Machine, NodeAddress } from './machine.ts';
import { nameMissingPrograms } from './name-missing-programs.ts';
import { shellMachine } from './shell-machine.ts';
import { given } from '../base/given.ts';
import type { LinkMemory } from './ssh/link-memory.ts';
import { rememberHost } from './ssh/setting/host-unknown.ts';
import { optionPath } from './ssh/setting/option-path.ts';
import { byHand, strictOptions, transferKeepalive } from './ssh/ssh-config.ts';
import { openShellWithLanes } from './ssh/open-shell-with-lanes.ts';
import { openSshShell } from './ssh/ssh-shell.ts';
import { keepTunnel } from './ssh/tunnel/keep-tunnel.ts';

/** Returns the machine at an address. The machine connects when it is first called. */
export function openMachine(address: NodeAddress): Machine {
  if (address.connect.type === 'local') return openLocalMachine(address);
  const connect = { ...address.connect, ...given({ loginMs: address.limits?.loginMs }) };
  const memory: LinkMemory = {};
  const forgetHost = rememberHost(address.node, connect.host);
  let socketFolder: string | undefined;
  const controlArgs = (): readonly string[] => {
    if (memory.userControlPath !== undefined) return ['-o', 'ControlMaster=no', '-o', `ControlPath=${optionPath(memory.userControlPath)}`];
    // Programs that clean the temporary folder also remove the folders of sockets. A master whose folder is gone ends by itself.
    if (socketFolder === undefined || !existsSync(socketFolder)) socketFolder = makeControlFolder(address.owner.id);
    const path = optionPath(controlPath(socketFolder));
    return ['-o', 'ControlMaster=auto', '-o', `ControlPath=${path}`, '-o', `ControlPersist=${sshLimits.controlPersistSeconds}`];
  };
  const place = [address.node, address.owner.id, connect, memory] as const;
  const shell = openShellWithLanes(openSshShell(...place), place);
  const remote = {
    node: address.node,
    host: connect.host,
    folder: address.folder,
    logInAgain: async () => {
      const used = socketFolder;
      socketFolder = undefined;
      if (used !== undefined) await retireControl(used);
    },
    ...given({ login: shell.login }),
    get echoOk(): string {
      return byHand({ ...connect, ...given({ handOptions: memory.target?.handOptions }) }, 'echo ok');
    },
    // rsync and tar use the system's ssh with a control socket. In our measurements this was faster than channels of npm ssh2
    // (docs/decisions/0001-system-ssh-for-transfers.md). Every copy first asks the node something, so the link is open and its settings are known.
    get shell(): readonly string[] {
      return ['ssh', ...(memory.target?.options ?? strictOptions(connect)), ...transferKeepalive, ...controlArgs()];
    },
  };
  let tunnel: ReturnType<typeof keepTunnel> | undefined;
  const machine = shellMachine(address, shell, remote, async () => {
    forgetHost();
    await tunnel?.close();
    if (socketFolder !== undefined) await closeControl(socketFolder);
  });
  return { ...nameMissingPrograms(machine, shell), tunnel: (to) => (tunnel ??= keepTunnel({ ...machine, shell, to })) };
}
