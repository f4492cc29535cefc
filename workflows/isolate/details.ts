/** What a person reads in the Temporal UI: search attributes, summary, current details. */
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { SearchAttributeName } from '../../src/contract/search-attributes.ts';

export type Attributes = Partial<Record<SearchAttributeName, string>>;

const keys = (attributes: Attributes): SearchAttributePair[] =>
  Object.entries(attributes).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value }));

/** For `typedSearchAttributes` at the start of a child. */
export const searchable = keys;

/** Changes search attributes (one history event: call it on a change of state only). */
export const mark = (attributes: Attributes): void => upsertSearchAttributes(keys(attributes));

/** Replaces the current details: a heading and a Markdown list of `name: value` (the UI draws a table without room between its columns). Costs no history. */
export function tell(heading: string, rows: Readonly<Record<string, string | number | undefined>> = {}): void {
  const lines = Object.entries(rows)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(
      ([name, value]) =>
        `- ${name}: **${String(value)
          .replaceAll(/[*_`\\]/g, String.raw`\$&`)
          .replaceAll('\n', ' ')}**`,
    );
  setCurrentDetails([`**${heading}**`, '', ...lines].join('\n'));
}
