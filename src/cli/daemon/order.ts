import { startOrder } from '../../domain/daemon/graph.ts';
import { daemonCatalogue } from '../../service/daemon/catalogue.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';

/** Shows the order in which the built-in daemons start. Those of one step start at once. A stop of all goes the other way. */
export async function daemonOrder(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const layers = startOrder(daemonCatalogue().rows);
  show(context, options.output, layers, () => layers.map((layer, index) => `${index + 1}. ${layer.join(', ')}`));
  return exitCode('ok');
}

/** Checks the catalogue of the daemons, and names every fault at once. */
export async function daemonValidate(context: Context): Promise<ExitCode> {
  const { rows, faults } = daemonCatalogue();
  if (faults.length > 0)
    throw new VerbFailure('failure', {
      cannot: 'start the daemons',
      because: faults.join('; '),
      hint: { say: 'mending the catalogue of this release' },
    });
  context.out(`${rows.length} built-in daemons; each has a duty, and everything that it needs starts before it`);
  return exitCode('ok');
}
