/** A refusal shows at most this many characters of a bad value, because a caller can send megabytes. */
export const shownInputCharsMax = 80;
/** A refusal names at most this many faults. More of them would only make the stored failure longer. */
export const shownFaultsMax = 10;
