import { type Thing, thing } from '../../domain/event/thing.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import type { Noun } from '../../domain/noun.ts';
import { explainedEventsMax } from '../limits.ts';
import type { ExplainReads } from './explain-facts.ts';

/** The thing that events about each noun name. */
const thingOf: Readonly<Record<Noun, (id: string) => Thing | undefined>> = {
  'failure-code': () => undefined,
  item: (id) => thing('item', id),
  job: (id) => thing('job', id),
  turn: (id) => thing('turn', id),
  sync: (id) => thing('dataset', id.split('/')[0] ?? id),
  node: (id) => thing('node', id),
  pipeline: (id) => thing('pipeline', id),
  model: (id) => thing('model', id),
  process: (id) => thing('process', id),
  daemon: (id) => thing('daemon', id),
};

/** Returns the explanation with the last events about the thing. When the event log cannot be read, returns the explanation as it is. */
export async function withEvents(explanation: Explanation, reads: ExplainReads): Promise<Explanation> {
  const about = thingOf[explanation.kind](explanation.id);
  if (about === undefined || reads.events === undefined) return explanation;
  try {
    const { events } = await reads.events({ about, limit: explainedEventsMax });
    return events.length === 0 ? explanation : { ...explanation, events };
  } catch {
    return explanation;
  }
}
