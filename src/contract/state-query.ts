/** The name of the query that every workflow has. The query returns a `WorkflowState`. docs/temporal-cli.md shows how to call it with the Temporal CLI. */
export const stateQuery = 'state';

/** The report of a workflow about itself. It has the same facts as the current details, as data. */
export interface WorkflowState {
  /** The value of the search attribute LifecycleState. It is `running` for a workflow that does not set this attribute. */
  readonly state: string;
  /** The first line of the current details. Empty until the workflow sets details. */
  readonly heading: string;
  readonly rows: Readonly<Record<string, string | number>>;
  /** The stage that is under way. Absent in a workflow that does not run stages. */
  readonly stage?: string;
}
