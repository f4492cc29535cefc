/** A string that has been checked to be an id of one kind: ids of two kinds cannot be mixed up. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
