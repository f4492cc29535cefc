/** A member of a union of steps. `type` identifies the member. */
interface Tagged {
  readonly type: string;
}

/** One executor for each step of a closed union. The compiler reports a step that has no executor. */
export type Executors<Step extends Tagged, Result = void> = {
  readonly [Type in Step['type']]: (step: Extract<Step, { readonly type: Type }>) => Result | Promise<Result>;
};

/** Runs the executor of `step`. Returns what that executor returns. */
export function executorFor<Step extends Tagged, Result>(executors: Executors<Step, Result>, step: Step): Result | Promise<Result> {
  const execute = executors[step.type as Step['type']] as (step: Step) => Result | Promise<Result>;
  return execute(step);
}

/** Runs the executor of `step`. Returns the result of that executor. */
export async function carryOut<Step extends Tagged, Result>(executors: Executors<Step, Result>, step: Step): Promise<Result> {
  return executorFor(executors, step);
}
