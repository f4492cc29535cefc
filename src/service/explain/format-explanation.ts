import { hintText } from '../../domain/failure/hint.ts';
import { ago } from '../say.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';

/** The role of a line of text. A terminal chooses the colour of a line by its role, never by its words. */
export type TextRole = 'title' | 'state' | 'heading' | 'text' | 'quote';
export type TextStyle = (text: string, role: TextRole) => string;

/** Returns the explanation as text for people. `style` receives each line without its indent. */
export function formatExplanation(it: Explanation, nowMs: number, style: TextStyle = (text) => text): string {
  const lines: string[] = [];
  const add = (role: TextRole, indent: number, ...texts: readonly string[]): void => {
    for (const line of texts.flatMap((text) => text.split('\n'))) lines.push(`${' '.repeat(indent)}${style(line, role)}`);
  };
  const section = (heading: string, texts: readonly string[], role: TextRole = 'text'): void => {
    if (texts.length === 0) return;
    lines.push('');
    add('heading', 0, heading);
    add(role, 2, ...texts);
  };
  const { failure } = it;
  add('title', 0, it.title);
  add('state', 2, `${it.state}${it.sinceMs === undefined ? '' : ` for ${ago(nowMs - it.sinceMs)}`}`);
  add('text', 2, ...it.why);
  if (failure !== undefined) {
    section(it.kind === 'failure-code' ? 'Meaning' : `Failure ${failure.code}`, [failure.meaning]);
    if (failure.message !== undefined) add('text', 2, failure.message);
    add('text', 4, ...failure.chain.map((cause) => `because ${cause}`));
    add('text', 2, `Class ${failure.class}: ${failure.fate}.`);
    section('Last lines of its stderr', failure.stderr === undefined ? [] : [failure.stderr], 'quote');
    section(
      'Next',
      failure.next.map((step) => hintText(step)),
    );
  }
  section('Before', it.history);
  section(
    'Last events',
    (it.events ?? []).map(({ atMs, type, text }) => `${ago(nowMs - atMs)} ago: ${type}, ${text}`),
  );
  const shown = new Set(failure?.next.map(({ run }) => run));
  section(
    'Try',
    it.commands.filter((command) => !shown.has(command)),
  );
  return lines.join('\n');
}
