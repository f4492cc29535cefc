/** A beginning that lies further in the future than this was recorded before the clock was set back. */
const setBackMsMin = 60_000;

/**
 * Returns true while the present is between two recorded times. After the clock was set back, the span counts as over: otherwise it would last as much
 * longer as the clock was set back.
 */
export const isWithin = (nowMs: number, sinceMs: number, untilMs: number): boolean => nowMs < untilMs && sinceMs <= nowMs + setBackMsMin;
