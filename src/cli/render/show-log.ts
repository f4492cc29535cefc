import type { Context } from '../context/context.ts';

/** Prints a log as its program wrote it. On a terminal the log is printed without its control characters. */
export function showLog(context: Context, { id, stream }: { readonly id: string; readonly stream: 'stdout' | 'stderr' }, text: string): void {
  if (text === '') context.say(`(${id} wrote nothing on ${stream})`);
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  else context.out((context.tty ? text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '') : text).replace(/\n$/, ''));
}
