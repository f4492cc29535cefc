import { controlQueue } from './queue.ts';
import { summaryOf, workflowTaskTimeout } from './workflows.ts';

interface NamedStart {
  readonly workflowId: string;
  /** One line for people, shown by the Temporal UI. It is cut where Temporal would refuse it. */
  readonly summary: string;
}

/** Returns the options that every workflow of ours is started with, by a client and as a child alike. */
export const namedStartOptions = ({ workflowId, summary }: NamedStart) => ({ workflowId, workflowTaskTimeout, staticSummary: summaryOf(summary) });

/** Returns the options of a start by a client: the common ones, the queue and the input. The caller adds a conflict policy, a signal or attributes. */
export const startOptions = <Input>({ input, ...named }: NamedStart & { readonly input: Input }) => ({
  ...namedStartOptions(named),
  taskQueue: controlQueue,
  args: [input] as [Input],
});
