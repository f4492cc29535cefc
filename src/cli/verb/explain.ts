import { formatExplanation } from '../../service/explain/format-explanation.ts';
import { explainCode } from '../../service/explain/explain-failure.ts';
import { isFailureCode } from '../../domain/failure/table.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { printable, styleOfState } from '../render/colour.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';

/** A failure code needs no cluster; anything else is asked of control. */
export async function explain(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const answer = isFailureCode(id) ? explainCode(id) : await ask(findCluster(context), 'explain', { params: { id } });
  show(context, options.output, answer, () =>
    formatExplanation(answer, context.nowMs())
      .split('\n')
      .map((line, at) => {
        const clean = line.replace(/^\s*/, (blanks) => blanks) && printable(line);
        if (at === 0 || /^(Failure |Meaning|Next|Before|Try)/.test(clean)) return context.colour(clean, 'bold');
        return at === 1 ? context.colour(clean, styleOfState(answer.state)) : clean;
      }),
  );
  return exitCode('ok');
}
