/** A string that was checked to be an id of the kind `Name`. The compiler refuses an id of another kind in its place. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
