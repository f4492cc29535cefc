/** Returns the error that the promise rejects with. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('Cannot read a rejection because the promise was fulfilled');
    },
    (error: unknown) => error,
  );
