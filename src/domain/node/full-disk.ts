/** A disk with less free space than this many bytes counts as full, because some writes already fail then. */
export const fullDiskBytes = 128 * 1024;
