/** What programs print when a write meets a full disk or a used-up quota (ENOSPC, EDQUOT), in the words of libc and of Node. */
export const fullDiskWords = /No space left on device|ENOSPC|quota exceeded|EDQUOT/i;

/** With less free space than this, some writes fail already. */
export const fullDiskBytes = 128 * 1024;
