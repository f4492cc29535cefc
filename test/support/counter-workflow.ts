/** A workflow with updates. None of the product's workflows has one, so the tests of updates run this one. */
import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

/** The handler of `add` has no validator. The SDK then runs no validator of an interceptor either. */
export const addUpdate = defineUpdate<number, [number], 'add'>('add');
export const addValidUpdate = defineUpdate<number, [number], 'addValid'>('addValid');

/** Returns the sum of its updates when the sum is at least `enough`. Each update returns the sum so far. */
export async function counter(enough: number): Promise<number> {
  let sum = 0;
  const add = (more: number): number => (sum += more);
  setHandler(addUpdate, add);
  setHandler(addValidUpdate, add, {
    validator: (more: number) => {
      if (more < 0) throw new Error('Cannot add a negative number');
    },
  });
  await condition(() => sum >= enough);
  return sum;
}
