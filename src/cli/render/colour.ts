/* oxlint-disable no-control-regex -- removing control characters is the purpose */
export type Style = 'good' | 'bad' | 'warn' | 'dim' | 'bold' | 'none';
export type Colour = (text: string, style: Style) => string;

const codes: Readonly<Record<Exclude<Style, 'none'>, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export const colourOf =
  (on: boolean): Colour =>
  (text, style) =>
    !on || style === 'none' ? text : `\u001B[${codes[style][0]}m${text}\u001B[${codes[style][1]}m`;

/** When NO_COLOR is set and not empty, the output has no colours (https://no-color.org). */
export const wantsColour = (tty: boolean, option: boolean, env: NodeJS.ProcessEnv): boolean =>
  tty && option && !env['NO_COLOR'] && env['TERM'] !== 'dumb';

/** Returns text from outside (logs, evidence, names) without the control characters that move the cursor or change colours. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\u001B\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
    .replaceAll(/[\t\n]/g, ' ');

const good = new Set(['alive', 'completed', 'running', 'champion', 'done']);
const bad = new Set(['lost', 'failed', 'dead', 'timed-out']);
const warn = new Set(['suspect', 'unreachable', 'joining', 'starting', 'paused', 'claimed', 'rejected', 'cancelled']);
export const styleOfState = (state: string): Style => (good.has(state) ? 'good' : bad.has(state) ? 'bad' : warn.has(state) ? 'warn' : 'none');
