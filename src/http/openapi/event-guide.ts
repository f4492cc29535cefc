/** docs/events.md, made from the tables of event types and subscriptions. */
import { codeList } from './code-list.ts';
import { subscriptions } from '../../domain/event/subscriptions.ts';
import { eventTypeNames, eventTypeOf, type EventTypeName } from '../../domain/event/event-types.ts';

const fieldsOf = (name: EventTypeName): string =>
  Object.entries(eventTypeOf(name).fields)
    .map(([field, { kind, optional, means }]) => `\`${field}\`${optional ? '?' : ''} (${kind === 'texts' ? 'list' : kind}): ${means}`)
    .join('<br>');

const takersOf = (name: EventTypeName): string =>
  codeList(subscriptions.filter(({ takes }) => Object.hasOwn(takes, name)).map(({ subscriber }) => subscriber));

const row = (name: EventTypeName): string => {
  const { version, when } = eventTypeOf(name);
  return `| \`${name}\` | ${version} | ${when} | ${takersOf(name)} | ${fieldsOf(name)} |`;
};

/** Returns the page. */
export const eventGuide = (): string => `# Events

Every change of the cluster is an event in \`data/coordination/events.db\`. \`ringmaster event list --since 12h\` shows what happened, \`ringmaster event list --about gpu-1\` what happened to one thing,
and \`ringmaster event trace ID\` what led to an event and what followed from it. [decisions/0011-the-event-log.md](decisions/0011-the-event-log.md) says how events are recorded.
This page is made from \`src/domain/event/event-types.ts\` and \`src/domain/event/subscriptions.ts\`: \`node dist/src/http/openapi/write-documents.js docs\`.

Each event has an \`id\`, a \`position\` in the log, a \`type\` with its \`version\`, the time \`atMs\`, the things that it is \`about\` (such as \`node:gpu-1\`), the \`cause\` (the id of another event),
the \`actor\`, the \`payload\` and the sentence \`text\`. A field with \`?\` can be absent. A reader must ignore fields and types that it does not know.

| type | version | recorded when | subscribers | payload |
|---|---|---|---|---|
${eventTypeNames.map(row).join('\n')}
`;
