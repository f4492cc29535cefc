/** The process of a command daemon is started like a job. It runs under an item id that no item of the queue can have. */
import type { ItemId } from '../ids.ts';

export const daemonItemPrefix = 'daemon.';

/** Returns the item id under which a daemon's process runs on its node. */
export const itemOfDaemon = (daemon: string): ItemId => `${daemonItemPrefix}${daemon.replaceAll('/', '.')}` as ItemId;
export const isDaemonItem = (item: string): boolean => item.startsWith(daemonItemPrefix);
