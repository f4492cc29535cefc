/** Search attributes of our workflows, all of type Keyword. `up` adds the missing ones to the namespace. */
export const searchAttributeNames = ['NodeId', 'DaemonType', 'LifecycleState', 'JobKind', 'Pipeline', 'Dataset', 'FailureCode'] as const;
export type SearchAttributeName = (typeof searchAttributeNames)[number];
