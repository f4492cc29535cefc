/** Search attributes of our workflows, all Keyword (DESIGN §11). `up` makes sure the namespace has them. */
export const searchAttributeNames = ['NodeId', 'DaemonType', 'LifecycleState', 'JobKind', 'Pipeline', 'Dataset', 'FailureCode'] as const;
export type SearchAttributeName = (typeof searchAttributeNames)[number];
