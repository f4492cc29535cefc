import { given } from '../../base/given.ts';
import { type ClusterPlace, namedCommand, namedHint } from '../../domain/cluster/own-command.ts';
import { isFailureCode } from '../../domain/failure/table.ts';
import { bareId } from '../../domain/noun.ts';
import type { ExplainFacts, ExplainReads } from './explain-facts.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import { finders, type FoundThing } from './nouns.ts';
import { explainLeftNode } from './noun/left-node.ts';
import { explainRemovedItem } from './noun/removed-item.ts';
import { explainFailureCode } from './noun/failure-code.ts';
import { withEvents } from './with-events.ts';

/**
 * Returns the explanation of an id. The id may have the form that people write or the form that Temporal shows (`src/domain/noun.ts` has both forms).
 * Returns undefined when nothing has this id.
 */
export async function explainId(text: string, reads: ExplainReads, nowMs: number): Promise<Explanation | undefined> {
  const id = bareId(text);
  const named = (explanation: Explanation): Explanation => (reads.place === undefined ? explanation : withNames(explanation, reads.place));
  if (isFailureCode(id)) return named(explainFailureCode(id));
  const [status, item] = await Promise.all([reads.status(), reads.item(id.split('/')[0] ?? '')]);
  const facts = { nowMs, status, ...given({ item }) };
  const explanation =
    (await explainFound(findThing(id, facts), reads, facts)) ??
    // The status has no node that left the cluster file, and the queue has no item that was removed. Their histories have them.
    explainLeftNode(id, (await reads.nodeChanges?.(id)) ?? [], facts) ??
    (await explainRemovedItem(id, reads, nowMs));
  return explanation === undefined ? undefined : withEvents(named(explanation), reads);
}

/** Returns the explanation with the names of the cluster in its commands. */
const withNames = ({ failure, commands, ...explanation }: Explanation, place: ClusterPlace): Explanation => ({
  ...explanation,
  ...given({ failure: failure === undefined ? undefined : { ...failure, next: failure.next.map((step) => namedHint(step, place)) } }),
  commands: commands.map((command) => namedCommand(command, place)),
});

async function explainFound(found: FoundThing | undefined, reads: ExplainReads, facts: ExplainFacts): Promise<Explanation | undefined> {
  if (found === undefined) return undefined;
  const [workflow, history] = await Promise.all([
    found.workflowId === undefined ? undefined : reads.workflow?.(found.workflowId).catch(() => undefined),
    found.readHistory(reads),
  ]);
  return found.explain({ ...facts, ...history, ...given({ workflow }) });
}

/** Returns the explanation that follows from these facts alone. */
export const explain = (id: string, facts: ExplainFacts): Explanation | undefined => findThing(id, facts)?.explain(facts);

function findThing(id: string, facts: ExplainFacts): FoundThing | undefined {
  for (const find of Object.values(finders)) {
    const found = find(id, facts);
    if (found !== undefined) return found;
  }
  return undefined;
}
