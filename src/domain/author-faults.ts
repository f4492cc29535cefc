import { wishTextCharsMax } from './limits.ts';

/** Returns one sentence for each fault of the author and the reason of an operator's request, which a person may have written by hand. */
export const authorFaults = ({ reason, by }: { readonly reason: unknown; readonly by: unknown }): readonly string[] =>
  Object.entries({ reason, by }).flatMap(([name, value]) =>
    typeof value === 'string' && value.length <= wishTextCharsMax ? [] : [`${name} must be a text of at most ${wishTextCharsMax} characters`],
  );
