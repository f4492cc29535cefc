import { type Door, type Hint, hintText } from './hint.ts';

/** Returns "Cannot X because Y", the message of every failure. `cannot` is a verb phrase: "start job x on node a". */
export const messageOf = ({ cannot, because }: { readonly cannot: string; readonly because: string }): string =>
  `Cannot ${cannot} because ${because}`;

/**
 * Returns the whole sentence for a person: "Cannot X because Y; try W". For a record without a hint, returns the message alone: an older release stored
 * such a record, and its message contains the hint.
 */
export const sentenceOf = ({ message, hint }: { readonly message: string; readonly hint?: Hint | undefined }, door?: Door): string =>
  hint === undefined ? message : `${message}; try ${hintText(hint, door)}`;
