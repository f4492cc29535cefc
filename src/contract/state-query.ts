/** The query that every workflow has. It returns a `WorkflowState`. The Temporal CLI can ask it too: docs/temporal-cli.md. */
export const stateQuery = 'state';

/** What a workflow reports about itself: the same facts as in its current details, as data. */
export interface WorkflowState {
  /** The search attribute LifecycleState; `running` for a workflow that sets none. */
  readonly state: string;
  /** The first line of the current details. Empty until the workflow sets details. */
  readonly heading: string;
  readonly rows: Readonly<Record<string, string | number>>;
  /** The stage under way, of a workflow that runs stages. */
  readonly stage?: string;
}
