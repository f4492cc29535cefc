import { createHash } from 'node:crypto';

/** Returns the workflow id of a request. Equal requests have equal ids, so a request that is repeated while it is under way starts no second workflow. */
export const messageId = (verb: string, request: unknown): string =>
  `${verb}/${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16)}`;
