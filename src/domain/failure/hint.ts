/**
 * The advice that a failure gives to a person.
 *
 * - `say`  a gerund or a noun phrase that follows the word "try": "freeing space there".
 * - `run`  one command line, ready to run: "ringmaster job logs x/1". A hint can consist of this command alone.
 * - `get`  a path of the HTTP server that shows the same as `run`. A client of the HTTP server sees this path instead of the command.
 */
export type Hint =
  | { readonly say: string; readonly run?: string; readonly get?: string }
  | { readonly say?: never; readonly run: string; readonly get?: string };

/** The reader of a hint: a person at a shell, or a client of the HTTP server. */
export type Door = 'shell' | 'http';

/** Returns the hint as the words that follow "try". */
export function hintText({ say, run, get }: Hint, door: Door = 'shell'): string {
  const command = door === 'http' && get !== undefined ? `GET ${get}` : run;
  return [say, command].filter((part) => part !== undefined).join(': ');
}
