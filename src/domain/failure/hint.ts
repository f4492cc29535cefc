/**
 * What a person can try after a failure.
 *
 * - `say`  a gerund or a noun phrase that follows the word "try": "freeing space there".
 * - `run`  one command line, ready to run: "ringmaster job logs x/1". A hint can consist of the command alone.
 * - `get`  a path of the HTTP server that shows the same as `run`. A client of that server reads it instead of `run`.
 */
export type Hint =
  | { readonly say: string; readonly run?: string; readonly get?: string }
  | { readonly say?: never; readonly run: string; readonly get?: string };

/** Where a hint is read: at a shell, or by a client of the HTTP server. */
export type Door = 'shell' | 'http';

/** Returns the words after "try". */
export function hintText({ say, run, get }: Hint, door: Door = 'shell'): string {
  const command = door === 'http' && get !== undefined ? `GET ${get}` : run;
  return [say, command].filter((part) => part !== undefined).join(': ');
}
