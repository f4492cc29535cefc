import type { Context } from '../context/context.ts';

/** Returns a log as its program wrote it. On a terminal the log has no control characters. */
export const printable = ({ tty }: Pick<Context, 'tty'>, text: string): string =>
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  tty ? text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '') : text;

/** Prints a log. */
export function showLog(context: Context, { id, stream }: { readonly id: string; readonly stream: 'stdout' | 'stderr' }, text: string): void {
  if (text === '') context.say(`(${id} wrote nothing on ${stream})`);
  else context.out(printable(context, text).replace(/\n$/, ''));
}
