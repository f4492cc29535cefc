import { controlQueue } from './queue.ts';
import { summaryOf, workflowTaskTimeout } from './workflows.ts';

interface NamedStart {
  readonly workflowId: string;
  /** One line for people, which the Temporal UI shows. A line that is too long for Temporal is cut. */
  readonly summary: string;
}

/** Returns the start options that all our workflows share, whether a client or a parent workflow starts them. */
export const namedStartOptions = ({ workflowId, summary }: NamedStart) => ({ workflowId, workflowTaskTimeout, staticSummary: summaryOf(summary) });

/** Returns the options for a start by a client: the shared options, the queue and the input. The caller adds a conflict policy, a signal or attributes. */
export const startOptions = <Input>({ input, ...named }: NamedStart & { readonly input: Input }) => ({
  ...namedStartOptions(named),
  taskQueue: controlQueue,
  args: [input] as [Input],
});
