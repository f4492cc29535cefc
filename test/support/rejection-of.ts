/** Returns the error with which the promise rejects. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('Cannot read a rejection because the promise was fulfilled');
    },
    (error: unknown) => error,
  );
