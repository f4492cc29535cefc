/** Matches the message of a program whose write failed on a full disk (ENOSPC) or a used-up quota (EDQUOT), in the words of libc and of Node. */
export const fullDiskWords = /No space left on device|ENOSPC|quota exceeded|EDQUOT/i;

/** A disk with less free space than this many bytes counts as full, because some writes already fail then. */
export const fullDiskBytes = 128 * 1024;
