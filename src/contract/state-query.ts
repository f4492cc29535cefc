/** The name of the query that every workflow has. The query returns a `WorkflowState`. docs/temporal-cli.md shows how to call it with the Temporal CLI. */
export const stateQuery = 'state';

/** The report of a workflow about itself. It has the same facts as the current details, as data. */
export interface WorkflowState {
  /** The search attribute LifecycleState; `running` for a workflow that sets none. */
  readonly state: string;
  /** The first line of the current details. Empty until the workflow sets details. */
  readonly heading: string;
  readonly rows: Readonly<Record<string, string | number>>;
  /** The stage that is under way. Absent in a workflow that does not run stages. */
  readonly stage?: string;
}
