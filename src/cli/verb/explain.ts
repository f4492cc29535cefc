import { formatExplanation, type TextRole } from '../../service/explain/format-explanation.ts';
import { explainFailureCode } from '../../service/explain/noun/failure-code.ts';
import { isFailureCode } from '../../domain/failure/table.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { printable, type Style, styleOfState } from '../render/colour.ts';
import { show, type Format } from '../render/output.ts';

const styles: Readonly<Record<Exclude<TextRole, 'state'>, Style>> = { title: 'bold', heading: 'bold', text: 'none', quote: 'dim' };

/** A failure code needs no cluster. Control explains every other id. */
export async function explain(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const answer = isFailureCode(id) ? explainFailureCode(id) : await ask(findCluster(context), 'explain', { params: { id } });
  const style = (text: string, role: TextRole): string =>
    context.colour(printable(text), role === 'state' ? styleOfState(answer.state) : styles[role]);
  show(context, options.output, answer, () => [formatExplanation(answer, context.nowMs(), style)]);
  return exitCode('ok');
}
