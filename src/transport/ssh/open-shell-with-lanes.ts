import { sshLimits } from '../limits.ts';
import type { Shell, ShellRequest, ShellResult } from '../shell.ts';
import type { LinkMemory } from './link-memory.ts';
import type { SshAddress } from './ssh-config.ts';
import { isLong, type Lane, openSshShell } from './ssh-shell.ts';

/**
 * Returns a shell for a node. A server that allows only one session on a connection (MaxSessions 1) gets further connections for long commands, one
 * for each of a few long commands at a time. So a long command keeps neither a short one nor the other long ones waiting.
 */
export function openShellWithLanes<First extends Lane>(
  first: First,
  more: readonly [node: string, clusterId: string, address: SshAddress, memory: LinkMemory],
): Omit<First, keyof Lane> & Shell {
  const lanes: Lane[] = [first];
  /** The lane of short commands while the first lane has only one session. */
  let shortLane: Lane | undefined;
  const add = (): Lane => {
    const lane = openSshShell(...more);
    lanes.push(lane);
    return lane;
  };

  const laneFor = (request: ShellRequest): Lane => {
    if (first.sessionsMax() > 1) {
      shortLane = undefined;
      return first;
    }
    shortLane ??= lanes.find((lane) => lane.longCommands() === 0) ?? add();
    if (!isLong(request)) return shortLane;
    const others = lanes.filter((lane) => lane !== shortLane).toSorted((a, b) => a.longCommands() - b.longCommands());
    const [idlest] = others;
    return idlest !== undefined && (idlest.longCommands() === 0 || others.length >= sshLimits.longSessionsMax) ? idlest : add();
  };

  return {
    ...first,
    exec: async (request): Promise<ShellResult> => {
      for (;;) {
        const result = await laneFor(request).attempt(request);
        if (result !== 'full') return result;
      }
    },
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
