import { createHash } from 'node:crypto';

/** The same request has the same workflow id: said twice while under way it is one. */
export const messageId = (verb: string, request: unknown): string =>
  `${verb}/${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16)}`;
