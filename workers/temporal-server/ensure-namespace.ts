/**
 * After each start, on new files and old ones: the namespace exists, keeps closed workflows as long as the cluster file says, and knows our
 * search attributes. (The dev server's flags do this only for a file it makes; an old file is left as it is: reference/temporal.md §6.1.)
 * Twice is as good as once. Does not remove anything.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';

/** temporal.api.enums.v1.IndexedValueType */
const keyword = 2;
/** google.rpc.Code */
const notFound = 5;
const alreadyExists = 6;

const visibleLimitMs = 30_000;

export interface EnsuredNamespace {
  readonly created: boolean;
  readonly retentionChanged: boolean;
  readonly searchAttributesAdded: readonly string[];
}

export async function ensureNamespace(connection: Connection, namespace: string, retentionHours: number): Promise<EnsuredNamespace> {
  const kept = await keptHours(connection, namespace);
  const retention = duration(retentionHours);
  if (kept === undefined) {
    await tolerating(alreadyExists, () => connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }));
  } else if (kept !== retentionHours) {
    await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  }
  return {
    created: kept === undefined,
    retentionChanged: kept !== undefined && kept !== retentionHours,
    searchAttributesAdded: await whenVisible(kept === undefined, () => ensureSearchAttributes(connection, namespace)),
  };
}

/** A namespace just registered is unknown to the server's other parts until their cache is refreshed (10 s). */
async function whenVisible<Answer>(isNew: boolean, call: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + visibleLimitMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isNew || codeOf(error) !== notFound || performance.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

async function keptHours(connection: Connection, namespace: string): Promise<number | undefined> {
  try {
    const described = await connection.workflowService.describeNamespace({ namespace });
    return Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3_600;
  } catch (error) {
    if (codeOf(error) === notFound) return undefined;
    throw error;
  }
}

async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const odd = searchAttributeNames.find((name) => (customAttributes?.[name] ?? keyword) !== keyword);
  if (odd !== undefined) {
    throw new RingmasterError('config.invalid', {
      cannot: `use namespace ${namespace}`,
      because: `its search attribute ${odd} is not of type Keyword`,
      hint: { say: `another namespace, or temporal operator search-attribute remove --namespace ${namespace} --name ${odd}` },
      fields: { namespace, searchAttribute: odd },
    });
  }
  const missing = searchAttributeNames.filter((name) => customAttributes?.[name] === undefined);
  // One call each: another process may be adding them too, and one that is there already would fail all.
  for (const name of missing) {
    await tolerating(alreadyExists, () =>
      connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: keyword as never } }),
    );
  }
  return missing;
}

/** protobufjs takes a plain number for an int64; its types ask for a Long, whose package is not ours to import. */
const duration = (hours: number) => ({ seconds: (hours * 3_600) as never, nanos: 0 });

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

async function tolerating(code: number, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}
