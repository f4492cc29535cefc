import { days } from '../../service/say.ts';
import { explainId } from '../../service/explain/explain.ts';
import type { Handlers } from '../handler.ts';
import { notFound } from '../not-found.ts';

export const explainHandlers = {
  explain: async ({ params, reads, nowMs }) => {
    const explanation = await explainId(params.id, reads, nowMs);
    if (explanation !== undefined) return explanation;
    const removed = reads.itemsKeptMs === undefined ? '' : `; a closed item is removed ${days(reads.itemsKeptMs)} after its end`;
    throw notFound(`explain ${params.id}`, `nothing in this cluster has this id${removed}`, 'status');
  },
} satisfies Partial<Handlers>;
