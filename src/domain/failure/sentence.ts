import { type Door, type Hint, hintText } from './hint.ts';

/** Returns "Cannot X because Y", the message of every failure. `cannot` is a verb phrase: "start job x on node a". */
export const messageOf = ({ cannot, because }: { readonly cannot: string; readonly because: string }): string =>
  `Cannot ${cannot}${reasonWord}${because}`;
const reasonWord = ' because ';

/** Returns the reason of a message, which begins at the first reason word. Only for records that have no reason of their own. */
export const reasonIn = (message: string): string => message.slice(message.indexOf(reasonWord) + reasonWord.length);

/**
 * Returns the whole sentence for a person: "Cannot X because Y; try W". Returns the message alone for a record without a hint. Such a record comes
 * from an older release, and its message contains the hint.
 */
export const sentenceOf = ({ message, hint }: { readonly message: string; readonly hint?: Hint | undefined }, door?: Door): string =>
  hint === undefined ? message : `${message}; try ${hintText(hint, door)}`;
