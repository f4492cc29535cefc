/** The name of the query that every workflow has. The query returns a `WorkflowState`. docs/temporal-cli.md shows how to call it with the Temporal CLI. */
export const stateQuery = 'state';

/** A workflow's report about itself. The Temporal UI shows the same facts as text, in the workflow's details. */
export interface WorkflowState {
  /** The value of the search attribute LifecycleState. It is `running` for a workflow that does not set this attribute. */
  readonly state: string;
  /** The first line of the workflow's details in the Temporal UI. Empty until the workflow sets details. */
  readonly heading: string;
  readonly rows: Readonly<Record<string, string | number>>;
  /** The stage that is under way. Absent in a workflow that does not run stages. */
  readonly stage?: string;
}
