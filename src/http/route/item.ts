import { noSuch } from '../not-found.ts';
import type { Handlers } from '../handler.ts';

export const itemHandlers = {
  queue: ({ query, reads }) => reads.items(query),
  item: async ({ params, reads }) => (await reads.item(params.item)) ?? noSuch('item', params.item),
} satisfies Partial<Handlers>;
