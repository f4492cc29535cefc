/** The random actions on the daemons of the model, and their graphs. */
import fc from 'fast-check';

export const count = 6;
const verbs = ['start', 'stop', 'restart', 'reset', 'stopAll', 'startAll'] as const;
export type Verb = (typeof verbs)[number];
/** For each daemon, the numbers of others. */
export type Links = readonly (readonly number[])[];

export type Action =
  | { readonly type: 'operator'; readonly verb: Verb; readonly on: number }
  | { readonly type: 'works' | 'unwell' | 'fails' | 'terminated'; readonly on: number }
  /** The watch reports a workflow as gone that runs: the list of the server lags. */
  | { readonly type: 'missed'; readonly on: number }
  | { readonly type: 'deliver'; readonly messages: number }
  | { readonly type: 'passes'; readonly ms: number }
  /** The manager is terminated. The next one begins with what the ledger has. */
  | { readonly type: 'manager lost' }
  /** Everything fails at once, again and again. */
  | { readonly type: 'storm'; readonly times: number };

const on = fc.integer({ min: 0, max: count - 1 });
export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('operator' as const), verb: fc.constantFrom(...verbs), on }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('works' as const, 'unwell' as const, 'fails' as const, 'terminated' as const), on }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('missed' as const), on }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('deliver' as const), messages: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('storm' as const), times: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'manager lost' as const }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('passes' as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
);
/** Each daemon may need daemons that stand before it, and may start after others that stand before it. The first one and every third one are critical. */
const links = fc.array(fc.array(fc.integer({ min: 0, max: count - 2 }), { maxLength: 3 }), { minLength: count, maxLength: count });
export const graph = fc.record({ needs: links, after: links });
