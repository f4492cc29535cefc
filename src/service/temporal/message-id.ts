import { createHash } from 'node:crypto';

/**
 * Returns the workflow id of a request. Equal requests have equal ids. So when a request is repeated while its workflow runs, no second workflow
 * starts.
 */
export const messageId = (verb: string, request: unknown): string =>
  `${verb}/${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16)}`;
