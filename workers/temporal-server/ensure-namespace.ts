/**
 * Prepares the server after each start, whether its database is new or old. Afterwards the namespace exists, keeps closed workflows as long as the
 * cluster file says, and knows our search attributes. (The dev server's flags set these only in a database that the dev server makes. They do not
 * change an old database.) A repeat changes nothing, and nothing is ever removed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { serverLimits } from '../limits.ts';

/** temporal.api.enums.v1.IndexedValueType */
const keyword = 2;
/** google.rpc.Code */
const notFound = 5;
const alreadyExists = 6;

export interface EnsuredNamespace {
  readonly created: boolean;
  readonly retentionChanged: boolean;
  readonly searchAttributesAdded: readonly string[];
}

export async function ensureNamespace(connection: Connection, namespace: string, retentionHours: number): Promise<EnsuredNamespace> {
  const before = await currentRetentionHours(connection, namespace);
  const retention = duration(retentionHours);
  if (before === undefined) {
    await tolerating(alreadyExists, () => connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }));
  } else if (before !== retentionHours) {
    await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  }
  return {
    created: before === undefined,
    retentionChanged: before !== undefined && before !== retentionHours,
    searchAttributesAdded: await whenVisible(before === undefined, () => ensureSearchAttributes(connection, namespace)),
  };
}

/** Repeats the call while some parts of the server do not know a new namespace yet. Each part learns of the namespace when it refreshes its cache. */
async function whenVisible<Result>(isNew: boolean, call: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + serverLimits.namespaceVisibleMsMax;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isNew || codeOf(error) !== notFound || performance.now() > deadline) throw error;
      await sleep(serverLimits.namespaceVisiblePollMs);
    }
  }
}

/** Returns the retention of the namespace, or undefined when there is no such namespace. */
async function currentRetentionHours(connection: Connection, namespace: string): Promise<number | undefined> {
  try {
    const described = await connection.workflowService.describeNamespace({ namespace });
    return Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3_600;
  } catch (error) {
    if (codeOf(error) === notFound) return undefined;
    throw error;
  }
}

/** Adds the search attributes that are missing and returns their names. */
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
  // Each attribute has a call of its own. Another process may add attributes at the same time, and a call for several attributes fails when one of
  // them exists.
  for (const name of missing) {
    await tolerating(alreadyExists, () =>
      connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: keyword as never } }),
    );
  }
  return missing;
}

/** protobufjs accepts a plain number for an int64. Its types require a Long, but we do not depend on the package of Long. */
const duration = (hours: number) => ({ seconds: (hours * 3_600) as never, nanos: 0 });

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

async function tolerating(code: number, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}
