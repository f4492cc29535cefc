import { hostname } from 'node:os';
import { ownName } from './own-user.ts';

/** Returns `user@host`, which is stored with a wish as its author. */
export const whoAmI = (env: NodeJS.ProcessEnv): string => `${ownName(env)}@${hostname()}`;
