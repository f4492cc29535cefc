import { explainId } from '../../service/explain/explain.ts';
import type { Handlers } from '../handler.ts';
import { notFound } from '../not-found.ts';

export const explainHandlers = {
  explain: async ({ params, reads, nowMs }) => {
    const explanation = await explainId(params.id, reads, nowMs);
    if (explanation !== undefined) return explanation;
    throw notFound(`explain ${params.id}`, 'nothing in this cluster has this id', 'status');
  },
} satisfies Partial<Handlers>;
