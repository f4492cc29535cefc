/**
 * The search attributes and the details of a workflow. The details are kept twice: as Markdown for a person who reads the Temporal
 * UI, and as data for the query `state`. Module state is safe here: the SDK loads this module again for each workflow run.
 */
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttributeName } from '../../src/contract/search-attributes.ts';
import type { WorkflowState } from '../../src/contract/state-query.ts';

export type Attributes = Partial<Record<SearchAttributeName, string>>;
export type DetailRows = Readonly<Record<string, string | number | undefined>>;

const keyOf = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

/** Returns the attributes in the form that `typedSearchAttributes` takes at the start of a child workflow. */
export const searchable = (attributes: Attributes): SearchAttributePair[] =>
  Object.entries(attributes).map(([name, value]) => ({ key: keyOf(name), value }));

/** Changes search attributes. Each call is one history event: call it only when the state changes. */
export const setAttributes = (attributes: Attributes): void => upsertSearchAttributes(searchable(attributes));

let details: Omit<WorkflowState, 'state'> = { heading: '', rows: {} };

/** Replaces the details. Rows without a value are left out. A call costs no history event. `stage` names the stage that is under way. */
export function setDetails(heading: string, rows: DetailRows = {}, stage?: string): void {
  const set = Object.entries(rows).filter((row): row is [string, string | number] => row[1] !== undefined && row[1] !== '');
  details = { heading, rows: Object.fromEntries(set), ...(stage === undefined ? {} : { stage }) };
  setCurrentDetails([`**${heading}**`, '', ...set.map(([name, value]) => `- ${name}: **${escapeMarkdown(String(value))}**`)].join('\n'));
}

/** The details use a list, because the Temporal UI draws a Markdown table without space between the columns. */
const escapeMarkdown = (text: string): string => text.replaceAll(/[*_`\\]/g, String.raw`\$&`).replaceAll('\n', ' ');

/** Returns the reply to the query `state`. */
export const workflowState = (): WorkflowState => ({
  state: workflowInfo().typedSearchAttributes.get(keyOf('LifecycleState')) ?? 'running',
  ...details,
});
