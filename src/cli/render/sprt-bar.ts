import type { Colour } from './colour.ts';
import type { EvaluationProgress } from '../../domain/model/evaluation.ts';

/**
 * Returns `reject -2.94 ├───────────┼──●────────┤ 2.94 accept  LLR 0.61 after 12 pairs`. When the ratio is beyond a bound, the mark stays at the end
 * of the bar.
 */
export function sprtBar({ llr, lower, upper, pairs }: EvaluationProgress, width: number, colour: Colour): string {
  const place = (value: number): number => Math.min(width - 1, Math.max(0, Math.round(((value - lower) / (upper - lower)) * (width - 1))));
  const zero = place(0);
  const mark = place(llr);
  const cells = Array.from({ length: width }, (_, at) => (at === mark ? colour('●', llr >= 0 ? 'good' : 'bad') : at === zero ? '┼' : '─'));
  return `reject ${lower.toFixed(2)} ├${cells.join('')}┤ ${upper.toFixed(2)} accept  LLR ${llr.toFixed(2)} after ${pairs} pairs`;
}
