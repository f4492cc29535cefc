import type { Context } from '../context/context.ts';
import { printable } from '../render/colour.ts';
import type { StoryLine } from './story-of.ts';

/** The demo's output. The story lines scroll. On a terminal the panel stays below them and is redrawn in place. */
export interface Screen {
  readonly tell: (lines: readonly StoryLine[], panel: readonly string[]) => void;
  /** Removes the panel and restores the terminal. A repeated call does nothing. */
  readonly close: () => void;
}

/** Returns a screen for logs and CI, without a terminal. It prints plain lines, each with the time since the start. */
export function plainScreen(context: Context, startMs: number): Screen {
  return {
    tell: (lines) => {
      for (const line of lines) context.out(`${clock(context.nowMs() - startMs)} ${printable(line.text)}`);
    },
    close: () => undefined,
  };
}

export function liveScreen(context: Context, startMs: number, terminal: NodeJS.WriteStream): Screen {
  let drawn = 0;
  let open = true;
  terminal.write('\u001B[?25l');
  const erase = (): string => (drawn === 0 ? '' : `\u001B[${drawn}A\r\u001B[J`);
  return {
    tell: (lines, panel) => {
      if (!open) return;
      const width = (terminal.columns || 80) - 1;
      const kept = panel.slice(0, Math.max(0, (terminal.rows || 24) - 2)).map((line) => cutPainted(line, width));
      const story = lines.map(
        (line) =>
          `${context.colour(clock(context.nowMs() - startMs), 'dim')} ${context.colour(printable(line.text), line.tone === 'plain' ? 'none' : line.tone)}\n`,
      );
      terminal.write(`${erase()}${story.join('')}${kept.map((line) => `${line}\n`).join('')}`);
      drawn = kept.length;
    },
    close: () => {
      if (!open) return;
      open = false;
      terminal.write(`${erase()}\u001B[?25h`);
    },
  };
}

const clock = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${((Math.floor(ms / 100) / 10) % 60).toFixed(1).padStart(4, '0')}`;

/** Cuts a line to a visible width. Colour escapes have no visible width. The colours of a cut line end where the line is cut. */
export function cutPainted(line: string, width: number): string {
  let seen = 0;
  let out = '';
  // oxlint-disable-next-line no-control-regex -- our own colour escapes
  for (const [piece] of line.matchAll(/\u001B\[[0-9;]*m|./gu)) {
    if (piece.length > 1 && piece.startsWith('\u001B')) out += piece;
    else if (seen < width) {
      out += piece;
      seen += 1;
    }
  }
  return out;
}
