import { askLauncher, type Asked } from './launcher-socket.ts';
import type { LauncherStatus } from './launcher.ts';

/** The launcher answers this from memory: one that needs longer hangs. */
const statusLimitMs = 5_000;

export const askStatus = (state: string): Promise<Asked<LauncherStatus>> => askLauncher<LauncherStatus>(state, 'status', statusLimitMs);
