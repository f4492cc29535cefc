/** Returns the result of the work, or throws an error with the message when the work takes longer than the limit. The work itself goes on then. */
export async function withLimit<Result>(work: Promise<Result>, limitMs: number, message: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(message)), limitMs)));
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // The limit was reported; the work's own late failure is not.
  }
}
