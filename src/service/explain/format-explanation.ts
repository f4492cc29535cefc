import type { Explanation } from '../../domain/explanation/explanation.ts';
import { ago } from '../say.ts';

/** Plain text of an answer; the CLI colours it, the log does not. */
export function formatExplanation(it: Explanation, nowMs: number): string {
  const lines = [it.title, `  ${it.state}${it.sinceMs === undefined ? '' : ` for ${ago(nowMs - it.sinceMs)}`}`];
  for (const line of it.why) lines.push(`  ${line}`);
  if (it.failure !== undefined) {
    const { failure } = it;
    lines.push('', it.kind === 'failure-code' ? 'Meaning' : `Failure ${failure.code}`, `  ${failure.meaning}`);
    if (failure.message !== undefined) lines.push(`  ${failure.message}`);
    for (const cause of failure.chain) lines.push(`    because ${cause}`);
    lines.push(`  Class ${failure.class}: ${failure.fate}.`);
    if (failure.next.length > 0) lines.push('', 'Next', ...failure.next.map((step) => `  ${step}`));
  }
  if (it.history.length > 0) lines.push('', 'Before', ...it.history.map((line) => `  ${line}`));
  const more = it.commands.filter((command) => !it.failure?.next.includes(command));
  if (more.length > 0) lines.push('', 'Try', ...more.map((command) => `  ${command}`));
  return lines.join('\n');
}
