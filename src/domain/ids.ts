import type { Brand } from '../base/brand.ts';

/** The id of a node: `[a-z0-9][a-z0-9-]{0,62}`. */
export type NodeId = Brand<string, 'NodeId'>;
/** The id of a work item: `[a-z0-9][a-z0-9.-]{0,120}`, for example `connect-four.3.self-play.7`. */
export type ItemId = Brand<string, 'ItemId'>;

const nodePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const itemPattern = /^[a-z0-9][a-z0-9.-]{0,120}$/;

export const isNodeId = (text: string): text is NodeId => nodePattern.test(text);
export const isItemId = (text: string): text is ItemId => itemPattern.test(text) && !text.includes('..');

/** One try at one item. `epoch` is the number of the try: it starts at 1 and only grows. Only the ledger gives out epochs. */
export interface JobRef {
  readonly item: ItemId;
  readonly epoch: number;
}

/** Returns `<item>/<epoch>`, the name of a try in commands, messages, names of folders and process marks. */
export const jobKey = ({ item, epoch }: { readonly item: string; readonly epoch: number }): string => `${item}/${epoch}`;
export const jobWorkflowId = (job: { readonly item: string; readonly epoch: number }): string => `job/${jobKey(job)}`;
