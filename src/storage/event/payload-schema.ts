import * as z from 'zod';
import { eventTypeOf, type EventTypeName } from '../../domain/event/event-types.ts';
import type { FieldKind } from '../../domain/event/fields.ts';

const kinds: Readonly<Record<FieldKind, z.ZodType>> = {
  text: z.string(),
  number: z.number(),
  texts: z.array(z.string()),
};

const schemas = new Map<EventTypeName, z.ZodType>();

/** Returns why a payload does not fit its type, or undefined for a payload that fits. */
export function payloadFault(type: EventTypeName, payload: unknown): string | undefined {
  const found = schemaOf(type).safeParse(payload);
  return found.success ? undefined : found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function schemaOf(type: EventTypeName): z.ZodType {
  let schema = schemas.get(type);
  if (schema === undefined) {
    const { fields } = eventTypeOf(type);
    schema = z.strictObject(
      Object.fromEntries(Object.entries(fields).map(([name, { kind, optional }]) => [name, optional ? z.exactOptional(kinds[kind]) : kinds[kind]])),
    );
    schemas.set(type, schema);
  }
  return schema;
}
