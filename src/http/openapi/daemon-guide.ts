/** docs/daemon-registry.md, made from the catalogue of the daemons and from the table of subscriptions. */
import { codeList } from './code-list.ts';
import { subscriptions } from '../../domain/event/subscriptions.ts';
import { startOrder } from '../../domain/daemon/graph.ts';
import { daemonCatalogue } from '../../service/daemon/catalogue.ts';
import { formatDuration } from '../../base/duration.ts';

/** Returns the types of events that wake a daemon. */
const wakingOf = (id: string): readonly string[] =>
  subscriptions.filter(({ subscriber }) => subscriber === id).flatMap(({ takes }) => Object.keys(takes));

/** Returns the page. */
export function daemonGuide(): string {
  const { rows } = daemonCatalogue();
  const table = rows.map(
    (row) =>
      `| \`${row.id}\` | ${row.summary} | ${row.critical ? 'yes' : ''} | ${codeList(row.dependencies)} | ${codeList(row.after ?? [])} | ${formatDuration(row.intervalMs)} | ${codeList(wakingOf(row.id))} |`,
  );
  const order = startOrder(rows).map((layer, index) => `${index + 1}. ${codeList(layer)}`);
  const wiring = subscriptions.map(
    ({ subscriber, does, takes, limits }) => `| \`${subscriber}\` | ${does} | ${codeList(Object.keys(takes))} | ${limits.triesMax} |`,
  );
  return `# The registry of the daemons

The built-in daemons, as \`src/duty/catalogue.ts\` declares them, and the subscribers to events, as \`src/domain/event/subscriptions.ts\` declares them.
This page is made from these tables: \`node dist/src/http/openapi/write-documents.js docs\`. [daemons.md](daemons.md) says how daemons work, and [events.md](events.md) has every type of event.

| daemon | duty | critical | needs | starts after | works at least each | woken by |
|---|---|---|---|---|---|---|
${table.join('\n')}

## Order of the start
The daemons of one line start at once, after those of the lines before. A stop of all daemons goes the other way. \`ringmaster daemon order\` prints the same, and \`ringmaster daemon validate\` checks it.

${order.join('\n')}

## Wiring
An event that no subscriber takes is in the log only. \`ringmaster event subscriptions\` shows how far each subscriber is.

| subscriber | does | takes | tries |
|---|---|---|---|
${wiring.join('\n')}
`;
}
